//! Series that are compared with what is stored in one question, because a file of a whole market
//! would otherwise ask thousands.

use db_port::Insert;
use market_model::{CandleRun, Interval, Timestamp};

/// The most series in a question; their names travel as one parameter.
const MAX_SERIES: usize = 500;

/// How many candles may be read for one that is compared, where series in a batch differ in span.
const MAX_OVERREAD: usize = 4;

/// Runs of one exchange and one interval, none of them empty.
#[derive(Debug)]
pub(super) struct UpsertBatch<'a> {
    pub(super) runs: Vec<CandleRun<'a>>,
    /// The open times of the first and of the last candle of all.
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    candles: usize,
    smallest: usize,
}

impl<'a> UpsertBatch<'a> {
    fn of(run: CandleRun<'a>) -> Option<Self> {
        let (first, last) = (run.as_slice().first()?.open_time, run.as_slice().last()?.open_time);
        let candles = run.len();
        Some(Self { runs: vec![run], first, last, candles, smallest: candles })
    }

    /// Puts runs that follow each other into as few batches as the limits allow.
    pub(super) fn all(runs: impl Iterator<Item = CandleRun<'a>>) -> Vec<Self> {
        let mut batches: Vec<Self> = Vec::new();
        for next in runs.filter_map(Self::of) {
            match batches.last_mut() {
                Some(batch) if batch.can_take(&next) => batch.take(next),
                _ => batches.push(next),
            }
        }
        batches
    }

    /// How many candles can be stored where these are, roughly.
    pub(super) fn room(&self) -> usize {
        let slots = slots(self.runs[0].key().interval(), self.first, self.last);
        slots.saturating_mul(self.runs.len())
    }

    fn can_take(&self, next: &Self) -> bool {
        let (mine, other) = (self.runs[0].key(), next.runs[0].key());
        let span = slots(mine.interval(), self.first.min(next.first), self.last.max(next.last));
        mine.exchange() == other.exchange()
            && mine.interval() == other.interval()
            && self.runs.iter().all(|run| run.key().symbol() != other.symbol())
            && self.runs.len() < MAX_SERIES
            && self.candles + next.candles <= Insert::MAX_ATOMIC_ROWS
            && span <= self.smallest.min(next.smallest).saturating_mul(MAX_OVERREAD)
    }

    fn take(&mut self, next: Self) {
        self.runs.extend(next.runs);
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
    use market_model::{Candle, SeriesKey, SortedCandles};

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
        let sorted = |(key, candles): &(SeriesKey, Vec<Candle>)| {
            SortedCandles::new(key.clone(), candles.clone()).unwrap()
        };
        let series: Vec<_> = series.iter().map(sorted).collect();
        let batches = UpsertBatch::all(series.iter().map(SortedCandles::as_run));
        batches.iter().map(|batch| batch.runs.len()).collect()
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
    fn a_series_is_in_a_batch_once() {
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

    #[test]
    fn every_series_of_a_batch_has_room_from_its_first_candle_to_its_last() {
        let week = |name| (key(name, "1d"), candles("2024-01-01", 7));
        let series = [week("A"), week("B")];
        let series = series.map(|(key, candles)| SortedCandles::new(key, candles).unwrap());
        let batches = UpsertBatch::all(series.iter().map(SortedCandles::as_run));
        assert_eq!(batches.iter().map(UpsertBatch::room).collect::<Vec<_>>(), [14]);
    }
}
