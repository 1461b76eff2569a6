//! The newest candles out of the newest rows.

use arrow_array::{RecordBatch, UInt64Array};
use db_port::{DbError, Result, column};
use market_model::{CandleSeries, SeriesKey};

use super::candles::Candles;

/// The newest `count` candles of rows that come with all their revisions, the newest open time
/// first: of each open time the row with the highest revision. If `is_cut`, the oldest open time does
/// not count, because more rows may have it. `None` if the rows are too few, or if two have one
/// revision: which of them was stored later, they do not say.
pub(crate) fn newest(
    key: &SeriesKey,
    rows: &RecordBatch,
    count: usize,
    is_cut: bool,
) -> Result<Option<CandleSeries>> {
    let stored = Candles::of(rows)?;
    let times = stored.times();
    let revisions = column::<UInt64Array>(rows, "revision")?.values();
    let mut candles = Vec::with_capacity(count);
    let mut start = 0;
    for same in times.chunk_by(|a, b| a == b) {
        let rows_of_time = start..start + same.len();
        start = rows_of_time.end;
        if candles.len() == count || start == times.len() && is_cut {
            break;
        }
        let highest = rows_of_time.clone().map(|row| revisions[row]).max().unwrap_or_default();
        let mut last = rows_of_time.filter(|&row| revisions[row] == highest);
        let (Some(row), None) = (last.next(), last.next()) else { return Ok(None) };
        candles.push(stored.get(row));
    }
    if candles.len() < count {
        return Ok(None);
    }
    candles.reverse();
    let series = CandleSeries::from_candles(key.clone(), &candles);
    series.map(Some).map_err(|error| DbError::UnexpectedResult {
        expected: "candles of a series".into(),
        found: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, TimestampMillisecondArray};
    use market_model::Interval;

    use super::*;

    /// Open time, revision and close of each row.
    fn found(rows: &[(i64, u64, f64)], count: usize, is_cut: bool) -> Option<Vec<(i64, f64)>> {
        let key = SeriesKey::parse("A", Interval::MINUTE).unwrap();
        let times = TimestampMillisecondArray::from_iter_values(rows.iter().map(|row| row.0));
        let closes: ArrayRef = Arc::new(rows.iter().map(|row| row.2).collect::<Float64Array>());
        let revisions = UInt64Array::from_iter_values(rows.iter().map(|row| row.1));
        let floats = CandleSeries::PRICES_AND_VOLUME.map(|name| (name, Arc::clone(&closes)));
        let columns: [(&str, ArrayRef); 2] =
            [("open_time", Arc::new(times)), ("revision", Arc::new(revisions))];
        let batch = RecordBatch::try_from_iter(columns.into_iter().chain(floats)).unwrap();
        let series = newest(&key, &batch, count, is_cut).unwrap()?;
        Some(series.iter().map(|candle| (candle.open_time.as_millis(), candle.close)).collect())
    }

    #[test]
    fn the_highest_revision_of_each_open_time_counts_wherever_it_stands() {
        let rows = [(3, 9, 3.9), (3, 1, 3.1), (2, 5, 2.5), (2, 7, 2.7), (1, 1, 1.1), (1, 2, 1.2)];
        assert_eq!(found(&rows, 2, true).unwrap(), [(2, 2.7), (3, 3.9)]);
        assert_eq!(found(&rows, 3, false).unwrap(), [(1, 1.2), (2, 2.7), (3, 3.9)]);
        assert_eq!(found(&[], 0, false).unwrap(), []);
    }

    #[test]
    fn rows_that_do_not_tell_are_not_believed() {
        let rows = [(3, 9, 3.9), (2, 5, 2.5), (2, 7, 2.7)];
        assert_eq!(found(&rows, 1, true).unwrap(), [(3, 3.9)]);
        assert_eq!(found(&rows, 2, true), None);
        assert_eq!(found(&rows, 3, false), None);
        assert_eq!(found(&[(3, 9, 3.9), (3, 9, 3.8)], 1, false), None);
        let third = [(3, 9, 3.9), (3, 9, 3.8), (3, 10, 4.0)];
        assert_eq!(found(&third, 1, false).unwrap(), [(3, 4.0)]);
    }
}
