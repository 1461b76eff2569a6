//! Stored candles as they are compared with new ones.

use arrow_array::{RecordBatch, StringArray, UInt64Array};
use db_port::{Result, column};
use market_model::Candle;

use super::candles::Candles;

/// The rows of a batch with the columns `symbol`, those of a candle, and `revision`.
pub(crate) fn stored(batch: &RecordBatch) -> Result<impl Iterator<Item = (&str, Candle, u64)>> {
    let symbols = column::<StringArray>(batch, "symbol")?;
    let revisions = column::<UInt64Array>(batch, "revision")?;
    let candles = Candles::of(batch)?;
    Ok((0..batch.num_rows())
        .map(move |row| (symbols.value(row), candles.get(row), revisions.value(row))))
}
