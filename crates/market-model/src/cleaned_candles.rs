//! The good candles among many, and what is wrong with the others.

use crate::candle::Candle;
use crate::series_key::SeriesKey;
use crate::sorted_candles::{CandleRun, SortedCandles};
use crate::timestamp::Timestamp;
use crate::violation::Violation;

/// What became of the candles of one series.
///
/// ```
/// use market_model::{Candle, CleanedCandles, Interval, Rejection, SeriesKey};
/// let key = SeriesKey::parse("NASDAQ:AAPL", Interval::DAY).unwrap();
/// let candle = |day: &str, high| Candle {
///     open_time: day.parse().unwrap(), open: 1.0, high, low: 1.0, close: 1.0, volume: 10.0,
/// };
/// let rows = vec![candle("2013-03-04", 2.0), candle("2013-03-01", 0.5)];
/// let cleaned = CleanedCandles::of(key, rows);
/// assert_eq!(cleaned.candles.len(), 1);
/// let rejected = &cleaned.rejected[0];
/// assert_eq!(rejected.index, 1);
/// assert!(matches!(&rejected.reason, Rejection::Invalid(violation) if violation.field == "high"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CleanedCandles {
    /// The good ones.
    pub candles: SortedCandles,
    /// The others: those that cannot exist by index, then those that contradict another by time.
    pub rejected: Vec<RejectedCandle>,
    /// How many repeat another in every value, and were dropped.
    pub duplicates: u64,
}

/// A candle that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedCandle {
    /// Where it stood in what was given, from zero.
    pub index: usize,
    /// Its open time.
    pub open_time: Timestamp,
    /// Why it cannot be kept.
    pub reason: Rejection,
}

/// Why a candle cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// It cannot exist, or its open time is not on the grid.
    Invalid(Violation),
    /// Another candle has the same open time and other values.
    Conflict {
        /// Where the one that is kept stood: the first of them.
        kept: usize,
    },
}

impl CleanedCandles {
    /// Checks and sorts `candles`, as [`SortedCandles::new`] does, and goes on where that fails.
    #[must_use]
    pub fn of(key: SeriesKey, candles: Vec<Candle>) -> Self {
        if let Ok(Some(_)) = CandleRun::in_order(&key, &candles) {
            let candles = SortedCandles::from_checked(key, candles);
            return Self { candles, rejected: Vec::new(), duplicates: 0 };
        }
        let mut rejected = Vec::new();
        let mut sound = Vec::with_capacity(candles.len());
        for (index, candle) in candles.into_iter().enumerate() {
            match candle.violation_for(key.interval()) {
                None => sound.push((index, candle)),
                Some(violation) => rejected.push(RejectedCandle {
                    index,
                    open_time: candle.open_time,
                    reason: Rejection::Invalid(violation),
                }),
            }
        }
        sound.sort_by_key(|(_, candle)| candle.open_time);
        let mut duplicates = 0;
        let mut kept = 0;
        let mut unique: Vec<Candle> = Vec::with_capacity(sound.len());
        for (index, candle) in sound {
            match unique.last() {
                Some(last) if *last == candle => duplicates += 1,
                Some(last) if last.open_time == candle.open_time => rejected.push(RejectedCandle {
                    index,
                    open_time: candle.open_time,
                    reason: Rejection::Conflict { kept },
                }),
                _ => {
                    kept = index;
                    unique.push(candle);
                }
            }
        }
        Self { candles: SortedCandles::from_checked(key, unique), rejected, duplicates }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::interval::Interval;

    fn key() -> SeriesKey {
        SeriesKey::parse("A", Interval::DAY).unwrap()
    }

    fn candle(hour: i64, close: f64) -> Candle {
        let open_time = Timestamp::from_millis(hour * 3_600_000).unwrap();
        Candle { open_time, open: close, high: close, low: close, close, volume: 1.0 }
    }

    #[test]
    fn each_bad_candle_is_named_by_its_index_and_the_rest_is_kept() {
        let nan = Candle { volume: f64::NAN, ..candle(48, 1.0) };
        let (one, other) = (candle(24, 1.0), candle(24, 2.0));
        let cleaned = CleanedCandles::of(key(), vec![candle(7, 1.0), one, nan, other, one]);
        assert_eq!(cleaned.candles.as_slice(), [one]);
        assert_eq!(cleaned.duplicates, 1);
        let reasons: Vec<_> = cleaned.rejected.iter().map(|r| (r.index, &r.reason)).collect();
        let [(0, Rejection::Invalid(grid)), (2, Rejection::Invalid(volume)), conflict] =
            &reasons[..]
        else {
            panic!("{reasons:?}")
        };
        assert_eq!((grid.field, volume.field), ("open_time", "volume"));
        assert_eq!(*conflict, (3, &Rejection::Conflict { kept: 1 }));
    }

    #[test]
    fn good_candles_in_order_are_kept_where_they_are() {
        let candles = vec![candle(0, 1.0), candle(24, 1.0)];
        let place = candles.as_ptr();
        let cleaned = CleanedCandles::of(key(), candles);
        assert_eq!(cleaned.candles.as_slice().as_ptr(), place);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_good_candles_are_what_the_strict_way_gives(
            rows in proptest::collection::vec((0..20_i64, 1..3_u8, any::<bool>()), 0..40),
        ) {
            let candles: Vec<_> = rows
                .iter()
                .map(|&(hour, close, sound)| {
                    let hour = if sound { hour * 24 } else { hour };
                    candle(hour, f64::from(close))
                })
                .collect();
            let cleaned = CleanedCandles::of(key(), candles.clone());
            let all = cleaned.candles.len() + cleaned.rejected.len() + cleaned.duplicates as usize;
            prop_assert_eq!(all, candles.len());
            let strict = SortedCandles::new(key(), candles.clone());
            prop_assert_eq!(strict.is_ok(), cleaned.rejected.is_empty());
            let bad: Vec<_> = cleaned.rejected.iter().map(|rejected| rejected.index).collect();
            let good = candles.iter().enumerate().filter(|(index, _)| !bad.contains(index));
            let good = good.map(|(_, candle)| *candle).collect();
            prop_assert_eq!(SortedCandles::new(key(), good), Ok(cleaned.candles));
        }
    }
}
