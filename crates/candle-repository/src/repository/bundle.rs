//! Series that are compared with what is stored in one question, because a file of a whole market
//! would otherwise ask thousands.

use db_port::Insert;

use crate::{Candle, Interval, SeriesKey, Timestamp};

/// The most series in a question; their names travel as one parameter.
const MAX_SERIES: usize = 500;

/// How many candles may be read for one that is compared, where series in a bundle differ in span.
const MAX_OVERREAD: usize = 4;

/// Candles of one series, in order and never empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window<'a> {
    pub(super) key: &'a SeriesKey,
    pub(super) candles: &'a [Candle],
}

/// Windows of one exchange and one interval.
#[derive(Debug)]
pub(super) struct Bundle<'a> {
    pub(super) windows: Vec<Window<'a>>,
    /// The open times of the first and of the last candle of all.
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    candles: usize,
    smallest: usize,
}

impl<'a> Bundle<'a> {
    fn of(window: Window<'a>) -> Option<Self> {
        let (first, last) = (window.candles.first()?.open_time, window.candles.last()?.open_time);
        let candles = window.candles.len();
        Some(Self { windows: vec![window], first, last, candles, smallest: candles })
    }

    /// Puts windows that follow each other into as few bundles as the limits allow.
    pub(super) fn all(windows: impl Iterator<Item = Window<'a>>) -> Vec<Self> {
        let mut bundles: Vec<Self> = Vec::new();
        for next in windows.filter_map(Self::of) {
            match bundles.last_mut() {
                Some(bundle) if bundle.can_take(&next) => bundle.take(next),
                _ => bundles.push(next),
            }
        }
        bundles
    }

    fn can_take(&self, next: &Self) -> bool {
        let (mine, other) = (self.windows[0].key, next.windows[0].key);
        let span = slots(mine.interval(), self.first.min(next.first), self.last.max(next.last));
        mine.exchange() == other.exchange()
            && mine.interval() == other.interval()
            && self.windows.iter().all(|window| window.key.symbol() != other.symbol())
            && self.windows.len() < MAX_SERIES
            && self.candles + next.candles <= Insert::MAX_ATOMIC_ROWS
            && span <= self.smallest.min(next.smallest).saturating_mul(MAX_OVERREAD)
    }

    fn take(&mut self, next: Self) {
        self.windows.extend(next.windows);
        self.first = self.first.min(next.first);
        self.last = self.last.max(next.last);
        self.candles += next.candles;
        self.smallest = self.smallest.min(next.smallest);
    }
}

/// How many candles fit from `first` to `last`, roughly.
fn slots(interval: Interval, first: Timestamp, last: Timestamp) -> usize {
    const SHORTEST_MONTH: i64 = 28 * 24 * 3_600_000;
    let length = interval.millis().unwrap_or(SHORTEST_MONTH);
    usize::try_from((last.as_millis() - first.as_millis()) / length + 1).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, interval: &str) -> SeriesKey {
        SeriesKey::parse(name, interval.parse().unwrap()).unwrap()
    }

    fn candles(first: &str, count: usize) -> Vec<Candle> {
        let first: Timestamp = first.parse().unwrap();
        let opens = std::iter::successors(Some(first), |&open| Some(Interval::DAY.next_open(open)));
        let candle = |open_time| Candle {
            open_time,
            open: 1.0,
            high: 1.0,
            low: 1.0,
            close: 1.0,
            volume: 1.0,
        };
        opens.take(count).map(candle).collect()
    }

    fn sizes(series: &[(SeriesKey, Vec<Candle>)]) -> Vec<usize> {
        let windows = series.iter().map(|(key, candles)| Window { key, candles });
        Bundle::all(windows).iter().map(|bundle| bundle.windows.len()).collect()
    }

    #[test]
    fn a_day_of_a_whole_market_is_few_questions() {
        let day = |n: u32| (key(&format!("X:S{n}"), "1d"), candles("2024-01-02", 1));
        assert_eq!(sizes(&(0..1200).map(day).collect::<Vec<_>>()), [500, 500, 200]);
    }

    #[test]
    fn exchanges_and_intervals_do_not_mix() {
        let series = [("X:A", "1d"), ("X:B", "1d"), ("Y:A", "1d"), ("Y:A", "1h")];
        let series = series.map(|(name, interval)| (key(name, interval), candles("2024-01-01", 1)));
        assert_eq!(sizes(&series), [2, 1, 1]);
    }

    #[test]
    fn a_series_is_in_a_bundle_once() {
        let twice = [candles("2024-01-01", 2), candles("2024-01-03", 2)];
        assert_eq!(sizes(&twice.map(|candles| (key("A", "1d"), candles))), [1, 1]);
    }

    #[test]
    fn a_long_series_is_not_read_for_the_sake_of_a_short_one() {
        let series = [
            (key("A", "1d"), candles("2020-01-01", 1000)),
            (key("B", "1d"), candles("2022-01-01", 1)),
        ];
        assert_eq!(sizes(&series), [1, 1]);
    }
}
