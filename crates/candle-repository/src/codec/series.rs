//! Answers as series.

use std::ops::Range;

use arrow_array::{Float64Array, RecordBatch, TimestampMillisecondArray};
use db_port::{DbError, Result, column};
use market_model::{CandleSeries, SeriesKey};

use super::series_names::SeriesNames;

/// The rows of a batch with the columns of a candle, in order, as a series.
pub(crate) fn series(key: &SeriesKey, batch: &RecordBatch) -> Result<CandleSeries> {
    run(key.clone(), batch, 0..batch.num_rows())
}

/// The rows of a batch with the names of their series beside the columns of a candle, series after
/// series, each in order; sorted by name.
pub(crate) fn series_of_all(batch: &RecordBatch) -> Result<Vec<CandleSeries>> {
    let names = SeriesNames::of(batch)?;
    let all = names.runs().map(|rows| run(names.key(rows.start)?, batch, rows));
    let mut all = all.collect::<Result<Vec<_>>>()?;
    all.sort_by(|a, b| a.key().cmp(b.key()));
    Ok(all)
}

fn run(key: SeriesKey, batch: &RecordBatch, rows: Range<usize>) -> Result<CandleSeries> {
    let times =
        column::<TimestampMillisecondArray>(batch, "open_time")?.slice(rows.start, rows.len());
    let [open, high, low, close, volume] = CandleSeries::PRICES_AND_VOLUME
        .map(|name| Result::Ok(column::<Float64Array>(batch, name)?.slice(rows.start, rows.len())));
    let columns = [open?, high?, low?, close?, volume?];
    CandleSeries::from_columns(key, times, columns).map_err(|error| DbError::UnexpectedResult {
        expected: "candles of a series".into(),
        found: error.to_string(),
    })
}
