//! Checked candles of one series: the only way in is through the checks.

use std::slice::Chunks;

use crate::candle::Candle;
use crate::error::{ModelError, Result};
use crate::interval::Interval;
use crate::series_key::SeriesKey;
use crate::symbol_name::SymbolName;

/// Candles of one series that can exist, on the grid of its interval, oldest first, each open time
/// once. Whoever holds this need not check again.
///
/// ```
/// use market_model::{Candle, Interval, SeriesKey, SortedCandles};
/// let key = SeriesKey::parse("NASDAQ:AAPL", Interval::DAY).unwrap();
/// let candle = |day: &str| Candle {
///     open_time: day.parse().unwrap(), open: 1.0, high: 3.0, low: 1.0, close: 2.0, volume: 10.0,
/// };
/// let candles = vec![candle("2013-03-04"), candle("2013-03-01"), candle("2013-03-04")];
/// let sorted = SortedCandles::new(key, candles).unwrap();
/// assert_eq!(sorted.as_slice(), [candle("2013-03-01"), candle("2013-03-04")]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SortedCandles {
    key: SeriesKey,
    candles: Vec<Candle>,
}

impl SortedCandles {
    /// Checks and sorts candles. One that is there twice with the same values counts once.
    ///
    /// To keep the good ones where some are bad, and to learn which those are, use
    /// `CleanedCandles`.
    ///
    /// # Errors
    /// [`ModelError::InvalidCandle`] for the first that cannot exist or is off the grid, else
    /// [`ModelError::Conflict`] for the oldest of which there are two different ones.
    pub fn new(key: SeriesKey, mut candles: Vec<Candle>) -> Result<Self> {
        if are_in_order(key.interval(), &candles)? {
            return Ok(Self { key, candles });
        }
        candles.sort_by_key(|candle| candle.open_time);
        candles.dedup();
        match candles.windows(2).find(|pair| pair[0].open_time == pair[1].open_time) {
            Some(pair) => Err(ModelError::Conflict { open_time: pair[0].open_time }),
            None => Ok(Self { key, candles }),
        }
    }

    /// Candles that were checked and sorted by the caller.
    pub(crate) const fn from_checked(key: SeriesKey, candles: Vec<Candle>) -> Self {
        Self { key, candles }
    }

    /// The same candles under another name of the symbol; the interval stays.
    #[must_use]
    pub fn renamed(self, name: SymbolName) -> Self {
        Self { key: SeriesKey::of(name, self.key.interval()), ..self }
    }

    /// The series' name.
    #[must_use]
    pub const fn key(&self) -> &SeriesKey {
        &self.key
    }

    /// The candles, oldest first.
    #[must_use]
    pub fn as_slice(&self) -> &[Candle] {
        &self.candles
    }

    /// The number of candles.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.candles.len()
    }

    /// Whether there is no candle.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.candles.is_empty()
    }

    /// The oldest candle.
    #[must_use]
    pub fn first(&self) -> Option<&Candle> {
        self.candles.first()
    }

    /// The newest candle.
    #[must_use]
    pub fn last(&self) -> Option<&Candle> {
        self.candles.last()
    }

    /// The whole series, borrowed.
    #[must_use]
    pub fn as_run(&self) -> CandleRun<'_> {
        CandleRun { key: &self.key, candles: &self.candles }
    }

    /// The name and the candles.
    #[must_use]
    pub fn into_parts(self) -> (SeriesKey, Vec<Candle>) {
        (self.key, self.candles)
    }
}

/// A run of [`SortedCandles`], borrowed: all of them, or some that follow each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CandleRun<'a> {
    key: &'a SeriesKey,
    candles: &'a [Candle],
}

impl<'a> CandleRun<'a> {
    /// Checks candles as [`SortedCandles::new`] does, without copying them; `None` where they are
    /// not in order or one is there twice.
    ///
    /// # Errors
    /// [`ModelError::InvalidCandle`] for the first that cannot exist or is off the grid.
    pub fn in_order(key: &'a SeriesKey, candles: &'a [Candle]) -> Result<Option<Self>> {
        Ok(are_in_order(key.interval(), candles)?.then_some(Self { key, candles }))
    }

    /// The series' name.
    #[must_use]
    pub const fn key(&self) -> &'a SeriesKey {
        self.key
    }

    /// The candles, oldest first.
    #[must_use]
    pub const fn as_slice(&self) -> &'a [Candle] {
        self.candles
    }

    /// The number of candles.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.candles.len()
    }

    /// Whether there is no candle.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.candles.is_empty()
    }

    /// Runs of at most `size` candles, oldest first; none of an empty run. A `size` of zero counts
    /// as one.
    pub fn chunks(self, size: usize) -> impl ExactSizeIterator<Item = Self> {
        let chunks: Chunks<'a, Candle> = self.candles.chunks(size.max(1));
        chunks.map(move |candles| Self { key: self.key, candles })
    }
}

impl<'a> From<&'a SortedCandles> for CandleRun<'a> {
    fn from(candles: &'a SortedCandles) -> Self {
        candles.as_run()
    }
}

/// Checks each candle, and whether each opens after the one before it.
fn are_in_order(interval: Interval, candles: &[Candle]) -> Result<bool> {
    let (mut in_order, mut before) = (true, None);
    for candle in candles {
        candle.check_for(interval)?;
        in_order &= before < Some(candle.open_time);
        before = Some(candle.open_time);
    }
    Ok(in_order)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::timestamp::Timestamp;

    fn key() -> SeriesKey {
        SeriesKey::parse("A", Interval::DAY).unwrap()
    }

    fn candle(day: i64, close: f64) -> Candle {
        let open_time = Timestamp::from_millis(day * 86_400_000).unwrap();
        Candle { open_time, open: close, high: close, low: close, close, volume: 1.0 }
    }

    #[test]
    fn candles_are_sorted_and_equal_ones_count_once() {
        let sorted = SortedCandles::new(key(), [3, 1, 3].map(|d| candle(d, 5.0)).into()).unwrap();
        assert_eq!(sorted.as_slice(), [candle(1, 5.0), candle(3, 5.0)]);
        assert_eq!(sorted.first(), Some(&candle(1, 5.0)));
        assert_eq!(sorted.last(), Some(&candle(3, 5.0)));
        let run = sorted.as_run();
        assert_eq!((sorted.len(), run.len(), run.key()), (2, 2, &key()));
        assert!(!sorted.is_empty() && !run.is_empty());
    }

    #[test]
    fn what_cannot_be_stored_is_refused() {
        let refused = |candles: &[Candle]| SortedCandles::new(key(), candles.into()).unwrap_err();
        let bad = Candle { high: f64::NAN, ..candle(2, 1.0) };
        let error = refused(&[candle(1, 1.0), bad]);
        assert!(matches!(error, ModelError::InvalidCandle { .. }), "{error}");
        let off = Candle { open_time: "2024-01-02T09:30".parse().unwrap(), ..candle(2, 1.0) };
        let error = refused(&[off]);
        assert!(error.to_string().contains("grid of 1d"), "{error}");
        let error = refused(&[candle(2, 1.0), candle(1, 1.0), candle(2, 3.0)]);
        assert_eq!(error, ModelError::Conflict { open_time: candle(2, 1.0).open_time });
    }

    #[test]
    fn candles_in_order_are_taken_as_they_are() {
        let (key, candles) = (key(), [1, 3, 4].map(|day| candle(day, 5.0)));
        let run = CandleRun::in_order(&key, &candles).unwrap().unwrap();
        assert_eq!(run, SortedCandles::new(key.clone(), candles.into()).unwrap().as_run());
        assert!(std::ptr::eq(run.as_slice(), &candles), "nothing is copied");
        for days in [[1, 4, 3], [1, 1, 3], [3, 3, 1]] {
            assert_eq!(CandleRun::in_order(&key, &days.map(|d| candle(d, 5.0))).unwrap(), None);
        }
        let bad = [candle(1, 1.0), Candle { volume: -1.0, ..candle(2, 1.0) }];
        let error = CandleRun::in_order(&key, &bad).unwrap_err();
        assert_eq!(error, SortedCandles::new(key.clone(), bad.into()).unwrap_err());
        assert!(CandleRun::in_order(&key, &[]).unwrap().unwrap().is_empty());
    }

    #[test]
    fn there_may_be_no_candle() {
        let none = SortedCandles::new(key(), vec![]).unwrap();
        assert!(none.is_empty() && none.as_run().is_empty());
        assert_eq!((none.len(), none.as_run().len()), (0, 0));
    }

    #[test]
    fn another_name_keeps_the_interval() {
        let sorted = SortedCandles::new(key(), vec![candle(1, 1.0)]).unwrap();
        let renamed = sorted.renamed(SymbolName::parse("X:A").unwrap());
        assert_eq!(renamed.key().to_string(), "X:A 1d");
        assert_eq!(renamed.into_parts().1, [candle(1, 1.0)]);
    }

    proptest! {
        #[test]
        fn chunks_put_together_are_the_whole(count in 0..50_i64, size in 0..20_usize) {
            let candles = (0..count).map(|day| candle(day, 1.0)).collect();
            let sorted = SortedCandles::new(key(), candles).unwrap();
            let chunks: Vec<_> = sorted.as_run().chunks(size).collect();
            prop_assert!(chunks.iter().all(|chunk| !chunk.is_empty() && chunk.len() <= size.max(1)));
            let together: Vec<_> = chunks.iter().flat_map(CandleRun::as_slice).copied().collect();
            prop_assert_eq!(together, sorted.as_slice());
        }
    }
}
