//! A stored series in brief.

use arrow_array::{RecordBatch, TimestampMillisecondArray, UInt64Array};
use db_port::column;
use market_model::{SeriesKey, Timestamp};

use crate::codec::SeriesNames;

/// A stored series in brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesInfo {
    /// The series' name.
    pub key: SeriesKey,
    /// The number of candles, at least one.
    pub candles: u64,
    /// The oldest open time.
    pub first: Timestamp,
    /// The newest open time.
    pub last: Timestamp,
}

impl SeriesInfo {
    /// Adds other candles of the same series.
    pub(super) fn add(&mut self, other: &Self) {
        self.candles += other.candles;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    pub(super) fn decode(rows: &RecordBatch) -> db_port::Result<Vec<Self>> {
        let candles = column::<UInt64Array>(rows, "candles")?;
        let first = column::<TimestampMillisecondArray>(rows, "first")?;
        let last = column::<TimestampMillisecondArray>(rows, "last")?;
        let infos = SeriesNames::of(rows)?.keys()?.into_iter().enumerate().map(|(row, key)| Self {
            key,
            candles: candles.value(row),
            first: Timestamp::from_millis_unchecked(first.value(row)),
            last: Timestamp::from_millis_unchecked(last.value(row)),
        });
        Ok(infos.collect())
    }
}
