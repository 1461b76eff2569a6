//! Storing candles: compare with what is stored, write what differs.

use std::collections::HashMap;

use chrono::Datelike;
use db_port::{Insert, QueryExecutor, Statement};
use futures_util::TryStreamExt;
use market_model::{Candle, CandleRun, SeriesKey, SortedCandles, Timestamp, UpsertReport};

use super::candle_repository::CandleRepository;
use super::merge_repeated::merge_repeated;
use super::statements::final_read;
use super::upsert_batch::UpsertBatch;
use crate::codec::{self, Row};
use crate::error::{CandleError, Result, StoreContext};
use crate::schema;

const STORED: &str = "\
SELECT symbol, open_time, open, high, low, close, volume, revision
FROM candles FINAL
WHERE exchange = {exchange:String} AND symbol IN {symbols:Array(String)}
    AND interval = {interval:String}
    AND open_time >= fromUnixTimestamp64Milli({first:Int64}, 'UTC')
    AND open_time <= fromUnixTimestamp64Milli({last:Int64}, 'UTC')";

impl CandleRepository {
    /// Stores candles of one series, in any order. Where a candle is stored already, the new value
    /// wins.
    ///
    /// Everything is checked before anything is written. What is written goes out year by year in
    /// blocks of at most [`Insert::MAX_ATOMIC_ROWS`]; when one fails, those before it are stored,
    /// and doing the same again completes the work.
    ///
    /// # Errors
    /// [`CandleError::Model`] with
    /// [`ModelError::InvalidCandle`](market_model::ModelError::InvalidCandle) or
    /// [`ModelError::Conflict`](market_model::ModelError::Conflict), and with nothing asked or
    /// stored; [`CandleError::LastRevision`], [`CandleError::Database`].
    ///
    /// # Cancel safety
    /// When the future is dropped, any number of the blocks may be stored, each whole or not at
    /// all; doing the same again completes the work.
    pub async fn upsert(&self, key: &SeriesKey, candles: &[Candle]) -> Result<UpsertReport> {
        self.upsert_all([&SortedCandles::new(key.clone(), candles.to_vec())?]).await
    }

    /// As [`CandleRepository::upsert`] for several series at once, which takes fewer and larger
    /// writes than one after the other. Takes what is checked already: `&SortedCandles`, or parts
    /// of them, as [`CandleRun::chunks`] makes. What is given of one series several times is put
    /// together first.
    ///
    /// # Errors
    /// [`CandleError::Model`] with
    /// [`ModelError::Conflict`](market_model::ModelError::Conflict) when one series is given
    /// several times with different values; [`CandleError::LastRevision`],
    /// [`CandleError::Database`].
    ///
    /// # Cancel safety
    /// As [`CandleRepository::upsert`].
    pub async fn upsert_all<'a>(
        &self,
        series: impl IntoIterator<Item: Into<CandleRun<'a>>> + Send,
    ) -> Result<UpsertReport> {
        let mut runs: Vec<_> = series.into_iter().map(Into::into).collect();
        let merged = merge_repeated(&mut runs)?;
        let runs = runs.into_iter().chain(merged.iter().map(SortedCandles::as_run));
        let batches = UpsertBatch::all(runs.flat_map(|run| run.chunks(Insert::MAX_ATOMIC_ROWS)));
        let mut report = UpsertReport::default();
        let mut rows = Vec::new();
        for batch in &batches {
            report += self.changed(batch, &mut rows).await?;
        }
        rows.sort_by_key(|row| (year(row), row.key));
        let years = rows.chunk_by(|a, b| year(a) == year(b));
        for block in years.flat_map(|rows| rows.chunks(Insert::MAX_ATOMIC_ROWS)) {
            let store = async {
                // The table keeps one row of each candle and revision.
                let insert = Insert::new(schema::TABLE, codec::to_batch(block)?).idempotent();
                self.db.insert(insert).await
            };
            store.await.while_doing("storing candles")?;
        }
        Ok(report)
    }

    /// Compares a batch with what is stored, and adds what must be written to `rows`.
    pub(super) async fn changed<'a>(
        &self,
        batch: &UpsertBatch<'a>,
        rows: &mut Vec<Row<'a>>,
    ) -> Result<UpsertReport> {
        let stored = self.stored(batch).await.while_doing("comparing with stored candles")?;
        let newest = stored.values().map(|(_, revision)| *revision).max().unwrap_or_default();
        let revision = self.revisions.next(newest).ok_or_else(|| {
            let key = batch.runs[0].key().clone();
            CandleError::LastRevision { key }
        })?;
        let mut report = UpsertReport::default();
        for run in &batch.runs {
            let key = run.key();
            for &candle in run.as_slice() {
                match stored.get(&(key.symbol(), candle.open_time)) {
                    Some((same, _)) if *same == candle => {
                        report.unchanged += 1;
                        continue;
                    }
                    Some(_) => report.corrected += 1,
                    None => report.inserted += 1,
                }
                rows.push(Row { key, candle, revision });
            }
        }
        Ok(report)
    }

    /// The stored candles that have the same identity as one of the batch, with their revisions.
    async fn stored<'a>(
        &self,
        batch: &UpsertBatch<'a>,
    ) -> db_port::Result<HashMap<(&'a str, Timestamp), (Candle, u64)>> {
        let key = batch.runs[0].key();
        let symbols: Vec<_> = batch.runs.iter().map(|run| run.key().symbol()).collect();
        let compared: HashMap<_, _> =
            batch.runs.iter().map(|run| (run.key().symbol(), run.as_slice())).collect();
        let statement = Statement::new(STORED)
            .bind("exchange", key.exchange())
            .bind("symbols", symbols)
            .bind("interval", key.interval().to_string())
            .bind("first", batch.first.as_millis())
            .bind("last", batch.last.as_millis());
        let mut stored = HashMap::new();
        let mut answer = self.db.query(final_read(statement)).await?;
        while let Some(rows) = answer.try_next().await? {
            for (symbol, candle, revision) in codec::stored(&rows)? {
                let Some((&symbol, candles)) = compared.get_key_value(symbol) else { continue };
                let open_time = candle.open_time;
                if candles.binary_search_by_key(&open_time, |c| c.open_time).is_ok() {
                    stored.insert((symbol, open_time), (candle, revision));
                }
            }
        }
        Ok(stored)
    }
}

/// The partition of the table that the row goes to.
fn year(row: &Row<'_>) -> i32 {
    row.candle.open_time.to_datetime().year()
}
