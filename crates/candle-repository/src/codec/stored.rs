//! Stored candles as they are compared with new ones.

use arrow_array::{Float64Array, RecordBatch, StringArray, TimestampMillisecondArray, UInt64Array};
use db_port::{Result, column};
use market_model::{Candle, Timestamp};

/// The rows of a batch with the columns `symbol`, those of a candle, and `revision`.
pub(crate) fn stored(batch: &RecordBatch) -> Result<impl Iterator<Item = (&str, Candle, u64)>> {
    let symbols = column::<StringArray>(batch, "symbol")?;
    let times = column::<TimestampMillisecondArray>(batch, "open_time")?;
    let revisions = column::<UInt64Array>(batch, "revision")?;
    let float = |name| column::<Float64Array>(batch, name);
    let (open, high, low) = (float("open")?, float("high")?, float("low")?);
    let (close, volume) = (float("close")?, float("volume")?);
    Ok((0..batch.num_rows()).map(move |row| {
        let candle = Candle {
            open_time: Timestamp::from_millis_unchecked(times.value(row)),
            open: open.value(row),
            high: high.value(row),
            low: low.value(row),
            close: close.value(row),
            volume: volume.value(row),
        };
        (symbols.value(row), candle, revisions.value(row))
    }))
}
