//! Candles into rows of the table.

use std::iter::repeat_n;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, Float64Array, RecordBatch, TimestampMillisecondArray, UInt64Array};
use db_port::{DbError, Result};
use market_model::{Candle, SeriesKey};

use crate::schema::ROWS;

/// Candles of one series on their way into the table, oldest first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) key: &'a SeriesKey,
    pub(crate) candles: &'a [Candle],
    pub(crate) revision: u64,
}

pub(crate) fn to_batch(rows: &[Rows<'_>]) -> Result<RecordBatch> {
    let count = rows.iter().map(|rows| rows.candles.len()).sum();
    let text = |value: fn(&SeriesKey) -> String| -> ArrayRef {
        let mut texts = StringBuilder::with_capacity(count, count * 8);
        for rows in rows {
            let text = value(rows.key);
            rows.candles.iter().for_each(|_| texts.append_value(&text));
        }
        Arc::new(texts.finish())
    };
    let float = |value: fn(&Candle) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from(column(rows, count, value)))
    };
    let times = column(rows, count, |candle| candle.open_time.as_millis());
    let revisions = rows.iter().flat_map(|rows| repeat_n(rows.revision, rows.candles.len()));
    let columns: Vec<ArrayRef> = vec![
        text(|key| key.exchange().to_owned()),
        text(|key| key.symbol().to_owned()),
        text(|key| key.interval().to_string()),
        Arc::new(TimestampMillisecondArray::from(times).with_timezone("UTC")),
        float(|candle| candle.open),
        float(|candle| candle.high),
        float(|candle| candle.low),
        float(|candle| candle.close),
        float(|candle| candle.volume),
        Arc::new(UInt64Array::from_iter_values(revisions)),
    ];
    RecordBatch::try_new(Arc::clone(&ROWS), columns).map_err(|error| DbError::InvalidInput {
        what: "batch of candles".into(),
        reason: error.to_string(),
    })
}

fn column<T>(rows: &[Rows<'_>], count: usize, value: impl Fn(&Candle) -> T) -> Vec<T> {
    let mut values = Vec::with_capacity(count);
    for rows in rows {
        values.extend(rows.candles.iter().map(&value));
    }
    values
}
