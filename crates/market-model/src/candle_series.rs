//! The candles of a series in columns.

use std::sync::{Arc, LazyLock};

use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, TimestampMillisecondArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};

use crate::candle::Candle;
use crate::error::{ModelError, Result};
use crate::series_key::SeriesKey;
use crate::timestamp::Timestamp;

/// Candles of one series in columns, oldest first, each open time once.
///
/// A column is shown as a slice of the memory it stands in; looking at it copies nothing.
///
/// ```
/// use market_model::{Candle, CandleSeries, Interval, SeriesKey};
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
    /// The columns of prices and volume, in order.
    pub const PRICES_AND_VOLUME: [&str; 5] = ["open", "high", "low", "close", "volume"];

    /// A series from candles that are in order.
    ///
    /// # Errors
    /// [`ModelError::NotInOrder`] when an open time is not after the one before it.
    pub fn from_candles(key: SeriesKey, candles: &[Candle]) -> Result<Self> {
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

    /// A series from columns: open times in UTC between [`Timestamp::MIN`] and [`Timestamp::MAX`],
    /// and those of [`CandleSeries::PRICES_AND_VOLUME`]. The values are shared, not copied.
    ///
    /// # Errors
    /// [`ModelError::InvalidColumns`] when they differ in length or have empty values, and
    /// [`ModelError::NotInOrder`] when an open time is not after the one before it.
    pub fn from_columns(
        key: SeriesKey,
        open_time: TimestampMillisecondArray,
        prices_and_volume: [Float64Array; 5],
    ) -> Result<Self> {
        let invalid =
            |reason: String| ModelError::InvalidColumns { series: key.to_string(), reason };
        let empty = |name: &str| invalid(format!("{name} has empty values"));
        if open_time.null_count() > 0 {
            return Err(empty("open_time"));
        }
        for (name, column) in Self::PRICES_AND_VOLUME.into_iter().zip(&prices_and_volume) {
            let (found, expected) = (column.len(), open_time.len());
            if found != expected {
                return Err(invalid(format!("{name} has {found} values instead of {expected}")));
            }
            if column.null_count() > 0 {
                return Err(empty(name));
            }
        }
        let open_time = open_time.with_timezone("UTC");
        Self { key, open_time, columns: prices_and_volume }.in_order()
    }

    fn in_order(self) -> Result<Self> {
        match self.open_times().windows(2).find(|pair| pair[0] >= pair[1]) {
            None => Ok(self),
            Some(pair) => Err(ModelError::NotInOrder {
                series: self.key.to_string(),
                previous: Timestamp::from_millis_unchecked(pair[0]),
                next: Timestamp::from_millis_unchecked(pair[1]),
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
    /// [`ModelError::InvalidColumns`] if Arrow refuses the columns, which it has no reason to.
    pub fn to_batch(&self) -> Result<RecordBatch> {
        let time: ArrayRef = Arc::new(self.open_time.clone());
        let floats = self.columns.iter().map(|column| Arc::new(column.clone()) as ArrayRef);
        let columns = [time].into_iter().chain(floats).collect();
        RecordBatch::try_new(Arc::clone(&SCHEMA), columns).map_err(|error| {
            ModelError::InvalidColumns { series: self.key.to_string(), reason: error.to_string() }
        })
    }
}

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let time = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    let floats = CandleSeries::PRICES_AND_VOLUME;
    let floats = floats.into_iter().map(|name| Field::new(name, DataType::Float64, false));
    let fields = [Field::new("open_time", time, false)].into_iter().chain(floats);
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::Interval;

    fn candle(day: &str, close: f64) -> Candle {
        let open_time = day.parse().unwrap();
        Candle { open_time, open: 1.0, high: 9.0, low: 0.5, close, volume: 100.0 }
    }

    fn series(candles: &[Candle]) -> Result<CandleSeries> {
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
        assert!(!series.is_empty());
    }

    #[test]
    fn a_series_may_have_no_candle() {
        let none = series(&[]).unwrap();
        assert!(none.is_empty());
        assert_eq!((none.len(), none.first(), none.last()), (0, None, None));
    }

    #[test]
    fn columns_become_a_series_without_copying_one() {
        let one = series(&[candle("2024-01-01", 2.0)]).unwrap();
        let key = one.key.clone();
        let read = CandleSeries::from_columns(key, one.open_time.clone(), one.columns.clone());
        assert_eq!(read.unwrap().close().as_ptr(), one.close().as_ptr());
    }

    #[test]
    fn columns_that_do_not_fit_together_are_refused() {
        let one = series(&[candle("2024-01-01", 2.0)]).unwrap();
        let with_close = |close: Float64Array| {
            let mut columns = one.columns.clone();
            columns[3] = close;
            CandleSeries::from_columns(one.key.clone(), one.open_time.clone(), columns)
                .unwrap_err()
                .to_string()
        };
        let error = with_close(Float64Array::from(vec![1.0, 2.0]));
        assert!(error.contains("close has 2 values instead of 1"), "{error}");
        let error = with_close(Float64Array::from(vec![None]));
        assert!(error.contains("close has empty values"), "{error}");
        let without_time = TimestampMillisecondArray::from(vec![None]);
        let series = CandleSeries::from_columns(one.key, without_time, one.columns);
        let error = series.unwrap_err().to_string();
        assert!(error.contains("open_time has empty values"), "{error}");
    }

    #[test]
    fn a_candle_that_comes_twice_is_an_error_not_a_series() {
        let twice = [candle("2024-01-01", 2.0), candle("2024-01-01", 3.0)];
        assert!(series(&twice).unwrap_err().to_string().contains("each once"));
    }
}
