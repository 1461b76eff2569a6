use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, TimestampMillisecondArray};
use db_port::{DbError, column};

use crate::schema::{PRICES_AND_VOLUME, SERIES};
use crate::{Candle, SeriesKey, Timestamp};

/// Candles of one series in columns, oldest first, each open time once.
///
/// The columns are slices into the memory that the database's answer came in; nothing is copied to
/// read them.
///
/// ```
/// use candle_repository::{Candle, CandleSeries, Interval, SeriesKey};
/// let key = SeriesKey::parse("NASDAQ:AAPL", Interval::DAY).unwrap();
/// let candle = |day: &str, close| Candle {
///     open_time: day.parse().unwrap(), open: 1.0, high: 3.0, low: 1.0, close, volume: 10.0,
/// };
/// let series = CandleSeries::from_candles(
///     key, &[candle("2013-03-01", 2.0), candle("2013-03-04", 3.0)],
/// ).unwrap();
/// let mean = series.close().iter().sum::<f64>() / series.len() as f64;
/// assert_eq!(mean, 2.5);
/// assert_eq!(series.iter().map(|c| c.close).collect::<Vec<_>>(), [2.0, 3.0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CandleSeries {
    key: SeriesKey,
    open_time: TimestampMillisecondArray,
    columns: [Float64Array; 5],
}

impl CandleSeries {
    /// A series from candles that are in order.
    ///
    /// # Errors
    /// [`DbError::UnexpectedResult`] when an open time is not after the one before it.
    pub fn from_candles(key: SeriesKey, candles: &[Candle]) -> db_port::Result<Self> {
        let times = candles.iter().map(|candle| candle.open_time.as_millis());
        let values = |value: fn(&Candle) -> f64| candles.iter().map(value).collect();
        let columns = [
            values(|c| c.open),
            values(|c| c.high),
            values(|c| c.low),
            values(|c| c.close),
            values(|c| c.volume),
        ];
        let open_time = TimestampMillisecondArray::from_iter_values(times).with_timezone("UTC");
        Self { key, open_time, columns }.in_order()
    }

    pub(crate) fn from_batch(key: SeriesKey, batch: &RecordBatch) -> db_port::Result<Self> {
        let mut columns = Vec::with_capacity(PRICES_AND_VOLUME.len());
        for name in PRICES_AND_VOLUME {
            columns.push(column::<Float64Array>(batch, name)?.clone());
        }
        let open_time = column::<TimestampMillisecondArray>(batch, "open_time")?.clone();
        let columns = <[Float64Array; 5]>::try_from(columns).map_err(|columns| {
            let found = format!("{} columns", columns.len());
            DbError::UnexpectedResult { expected: "five columns".into(), found }
        })?;
        Self { key, open_time, columns }.in_order()
    }

    fn in_order(self) -> db_port::Result<Self> {
        match self.open_times().windows(2).find(|pair| pair[0] >= pair[1]) {
            None => Ok(self),
            Some(pair) => Err(DbError::UnexpectedResult {
                expected: format!("candles of {} in order, each once", self.key),
                found: format!("open time {} ms after {} ms", pair[1], pair[0]),
            }),
        }
    }

    /// The series' name.
    #[must_use]
    pub const fn key(&self) -> &SeriesKey {
        &self.key
    }

    /// The number of candles.
    #[must_use]
    pub fn len(&self) -> usize {
        self.open_time.len()
    }

    /// Whether there is no candle.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open_time.is_empty()
    }

    /// Open times in milliseconds since 1970-01-01T00:00:00Z, strictly rising.
    #[must_use]
    pub fn open_times(&self) -> &[i64] {
        self.open_time.values()
    }

    /// First prices.
    #[must_use]
    pub fn open(&self) -> &[f64] {
        self.columns[0].values()
    }

    /// Highest prices.
    #[must_use]
    pub fn high(&self) -> &[f64] {
        self.columns[1].values()
    }

    /// Lowest prices.
    #[must_use]
    pub fn low(&self) -> &[f64] {
        self.columns[2].values()
    }

    /// Last prices.
    #[must_use]
    pub fn close(&self) -> &[f64] {
        self.columns[3].values()
    }

    /// Volumes.
    #[must_use]
    pub fn volume(&self) -> &[f64] {
        self.columns[4].values()
    }

    /// The candle at `index`, counted from the oldest.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Candle> {
        (index < self.len()).then(|| self.at(index))
    }

    fn at(&self, index: usize) -> Candle {
        Candle {
            open_time: Timestamp::from_millis_unchecked(self.open_times()[index]),
            open: self.open()[index],
            high: self.high()[index],
            low: self.low()[index],
            close: self.close()[index],
            volume: self.volume()[index],
        }
    }

    /// The oldest candle.
    #[must_use]
    pub fn first(&self) -> Option<Candle> {
        self.get(0)
    }

    /// The newest candle.
    #[must_use]
    pub fn last(&self) -> Option<Candle> {
        self.get(self.len().checked_sub(1)?)
    }

    /// The candles one by one, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Candle> + ExactSizeIterator + '_ {
        (0..self.len()).map(|index| self.at(index))
    }

    /// The same columns as an Arrow batch: `open_time`, `open`, `high`, `low`, `close`, `volume`.
    ///
    /// # Errors
    /// [`DbError::UnexpectedResult`] if Arrow refuses the columns, which it has no reason to.
    pub fn to_batch(&self) -> db_port::Result<RecordBatch> {
        let time: ArrayRef = Arc::new(self.open_time.clone());
        let floats = self.columns.iter().map(|column| Arc::new(column.clone()) as ArrayRef);
        let columns = [time].into_iter().chain(floats).collect();
        RecordBatch::try_new(Arc::clone(&SERIES), columns).map_err(|error| {
            DbError::UnexpectedResult {
                expected: "columns of a series".into(),
                found: error.to_string(),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::Array;

    use super::*;
    use crate::Interval;

    fn candle(day: &str, close: f64) -> Candle {
        let open_time = day.parse().unwrap();
        Candle { open_time, open: 1.0, high: 9.0, low: 0.5, close, volume: 100.0 }
    }

    fn series(candles: &[Candle]) -> db_port::Result<CandleSeries> {
        CandleSeries::from_candles(SeriesKey::parse("A", Interval::DAY).unwrap(), candles)
    }

    #[test]
    fn rows_and_columns_show_the_same_candles() {
        let candles = [candle("2024-01-01", 2.0), candle("2024-01-02", 3.0)];
        let series = series(&candles).unwrap();
        assert_eq!(series.iter().collect::<Vec<_>>(), candles);
        assert_eq!(series.iter().next_back(), series.last());
        assert_eq!(series.close(), [2.0, 3.0]);
        assert_eq!((series.first(), series.get(2)), (Some(candles[0]), None));
    }

    #[test]
    fn a_batch_becomes_a_series_without_copying_a_column() {
        let batch = series(&[candle("2024-01-01", 2.0)]).unwrap().to_batch().unwrap();
        let read = CandleSeries::from_batch(SeriesKey::parse("A", Interval::DAY).unwrap(), &batch);
        let close = batch.column_by_name("close").unwrap().to_data();
        assert_eq!(read.unwrap().close().as_ptr().cast(), close.buffers()[0].as_ptr());
    }

    #[test]
    fn a_candle_that_comes_twice_is_an_error_not_a_series() {
        let twice = [candle("2024-01-01", 2.0), candle("2024-01-01", 3.0)];
        assert!(series(&twice).unwrap_err().to_string().contains("each once"));
    }
}
