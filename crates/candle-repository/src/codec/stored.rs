//! Stored candles as they are compared with new ones.

use std::cmp::Reverse;

use arrow_array::{RecordBatch, StringArray, UInt64Array};
use db_port::{Result, column};
use market_model::Candle;

use super::candles::Candles;

type Row<'a> = (&'a str, Candle, u64);

/// The rows of a batch with the columns `symbol`, those of a candle, and `revision`.
pub(crate) fn stored(batch: &RecordBatch) -> Result<impl Iterator<Item = Row<'_>>> {
    let symbols = column::<StringArray>(batch, "symbol")?;
    let revisions = column::<UInt64Array>(batch, "revision")?;
    let candles = Candles::of(batch)?;
    Ok((0..batch.num_rows())
        .map(move |row| (symbols.value(row), candles.get(row), revisions.value(row))))
}

/// Of rows as [`stored`] takes them, with all their revisions, the ones that count, in order. `None`
/// if two with the highest revision of a candle have the same one: which of them was stored later, they
/// do not say.
pub(crate) fn latest_stored(batch: &RecordBatch) -> Result<Option<Vec<Row<'_>>>> {
    let mut rows: Vec<_> = stored(batch)?.collect();
    rows.sort_unstable_by_key(|&(symbol, candle, revision)| {
        (symbol, candle.open_time, Reverse(revision))
    });
    let is_same = |a: &Row<'_>, b: &Row<'_>| (a.0, a.1.open_time) == (b.0, b.1.open_time);
    let mut candles = rows.chunk_by(is_same);
    let is_unclear = candles.any(|rows| matches!(rows, [a, b, ..] if a.2 == b.2));
    rows.dedup_by(|later, first| is_same(later, first));
    Ok((!is_unclear).then_some(rows))
}
