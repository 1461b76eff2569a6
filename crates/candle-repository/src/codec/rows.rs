//! Candles into rows, and stored rows into candles.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray, UInt64Array,
};
use db_port::{DbError, Result, column};
use market_model::{Candle, SeriesKey, Timestamp};

use crate::schema::ROWS;

/// A candle on its way into the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) key: &'a SeriesKey,
    pub(crate) candle: Candle,
    pub(crate) revision: u64,
}

pub(crate) fn to_batch(rows: &[Row<'_>]) -> Result<RecordBatch> {
    let text = |value: fn(&Row<'_>) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(value)))
    };
    let float = |value: fn(&Candle) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| value(&row.candle))))
    };
    let times = rows.iter().map(|row| row.candle.open_time.as_millis());
    let columns: Vec<ArrayRef> = vec![
        text(|row| row.key.exchange().to_owned()),
        text(|row| row.key.symbol().to_owned()),
        text(|row| row.key.interval().to_string()),
        Arc::new(TimestampMillisecondArray::from_iter_values(times).with_timezone("UTC")),
        float(|candle| candle.open),
        float(|candle| candle.high),
        float(|candle| candle.low),
        float(|candle| candle.close),
        float(|candle| candle.volume),
        Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.revision))),
    ];
    RecordBatch::try_new(Arc::clone(&ROWS), columns).map_err(|error| DbError::InvalidInput {
        what: "batch of candles".into(),
        reason: error.to_string(),
    })
}

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
