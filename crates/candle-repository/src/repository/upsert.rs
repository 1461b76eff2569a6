//! Storing candles: compare with what is stored, write what differs.

use db_port::{Insert, QueryExecutor, QueryExecutorExt, Statement};
use futures_util::TryStreamExt;
use market_model::{Candle, CandleRun, SeriesKey, SortedCandles, UpsertReport};

use super::candle_repository::CandleRepository;
use super::comparison::Comparison;
use super::in_flight::in_flight;
use super::merge_repeated::merge_repeated;
use super::statements::{final_read, in_times};
use super::upsert_batch::UpsertBatch;
use super::upsert_blocks::{Block, blocks};
use crate::codec::{self, Rows};
use crate::error::{CandleError, Result, StoreContext};
use crate::schema;

/// Continues a statement's text with the stored candles that a batch is compared with.
macro_rules! stored {
    ($from:expr) => {
        concat!(
            "SELECT symbol, open_time, open, high, low, close, volume, revision ",
            $from,
            " WHERE exchange = {exchange:String} AND symbol IN {symbols:Array(String)} \
             AND interval = {interval:String} AND ",
            in_times!()
        )
    };
}

const STORED: &str = stored!("FROM candles FINAL");

/// With replaced revisions. For one candle it takes two thirds of the time of [`STORED`], on one
/// thread and with the conditions left where they are.
const FEW_STORED: &str = stored!("FROM candles");

/// Where no more candles can be stored, they are compared with all rows.
const MOST_FEW: usize = 1000;

impl CandleRepository {
    /// Stores candles of one series, in any order. Where a candle is stored already, the new value
    /// wins.
    ///
    /// Everything is checked before anything is written. What is written goes out year by year in
    /// blocks of at most [`Insert::MAX_ATOMIC_ROWS`], two at a time. When one fails, no other is
    /// begun, the one beside it comes to its end, and any number of them may be stored; doing the
    /// same again completes the work.
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
        match CandleRun::in_order(key, candles)? {
            Some(run) => self.upsert_all([run]).await,
            None => self.upsert_all([&SortedCandles::new(key.clone(), candles.to_vec())?]).await,
        }
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
        let batches = batches(runs, &merged);
        let mut report = UpsertReport::default();
        let mut rows = Vec::new();
        for batch in &batches {
            let (found, changes) = self.compare(batch).await?;
            report += found;
            rows.extend(changes);
        }
        let blocks = blocks(rows, Insert::MAX_ATOMIC_ROWS);
        in_flight(blocks, |block| self.write(block)).await.while_doing("storing candles")?;
        Ok(report)
    }

    /// What [`CandleRepository::upsert_all`] would find and do; nothing is written.
    ///
    /// # Errors
    /// As [`CandleRepository::upsert_all`].
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn preview_upsert<'a>(
        &self,
        series: impl IntoIterator<Item: Into<CandleRun<'a>>> + Send,
    ) -> Result<UpsertReport> {
        let mut runs: Vec<_> = series.into_iter().map(Into::into).collect();
        let merged = merge_repeated(&mut runs)?;
        let mut report = UpsertReport::default();
        for batch in &batches(runs, &merged) {
            report += self.compare(batch).await?.0;
        }
        Ok(report)
    }

    /// Compares a batch with what is stored: what storing it does, and what must be written.
    pub(super) async fn compare<'a>(
        &self,
        batch: &UpsertBatch<'a>,
    ) -> Result<(UpsertReport, Vec<Rows<'a>>)> {
        let compared = self.beside_stored(batch).await.while_doing("comparing with stored candles");
        let (report, mut rows, newest) = compared?.finish();
        let revision = self.revisions.next(newest).ok_or_else(|| {
            let key = batch.runs[0].key().clone();
            CandleError::LastRevision { key }
        })?;
        rows.iter_mut().for_each(|rows| rows.revision = revision);
        Ok((report, rows))
    }

    async fn write(&self, block: Block<'_>) -> db_port::Result<()> {
        // The table keeps one row of each candle and revision.
        let insert = Insert::new(schema::TABLE, codec::to_batch(&block)?).idempotent();
        self.db.insert(insert).await.map(drop)
    }

    async fn beside_stored<'a>(&self, batch: &UpsertBatch<'a>) -> db_port::Result<Comparison<'a>> {
        if batch.room() <= MOST_FEW
            && let Some(comparison) = self.beside_few(batch).await?
        {
            return Ok(comparison);
        }
        let mut comparison = Comparison::new(&batch.runs);
        let mut answer = self.db.query(final_read(stored(STORED, batch))).await?;
        while let Some(rows) = answer.try_next().await? {
            for (symbol, candle, revision) in codec::stored(&rows)? {
                comparison.add(symbol, &candle, revision)?;
            }
        }
        Ok(comparison)
    }

    /// The comparison, if the rows tell which of them count.
    async fn beside_few<'a>(
        &self,
        batch: &UpsertBatch<'a>,
    ) -> db_port::Result<Option<Comparison<'a>>> {
        let statement = stored(FEW_STORED, batch)
            .with_setting("max_threads", 1)
            .with_setting("optimize_move_to_prewhere", 0);
        let rows = self.db.query_all(statement.idempotent()).await?;
        let Some(latest) = codec::latest_stored(&rows)? else { return Ok(None) };
        let mut comparison = Comparison::new(&batch.runs);
        for (symbol, candle, revision) in latest {
            comparison.add(symbol, &candle, revision)?;
        }
        Ok(Some(comparison))
    }
}

/// What was given once, and what was put together.
fn batches<'a>(runs: Vec<CandleRun<'a>>, merged: &'a [SortedCandles]) -> Vec<UpsertBatch<'a>> {
    UpsertBatch::all(runs.into_iter().chain(merged.iter().map(SortedCandles::as_run)))
}

fn stored(sql: &'static str, batch: &UpsertBatch<'_>) -> Statement {
    let key = batch.runs[0].key();
    let symbols: Vec<_> = batch.runs.iter().map(|run| run.key().symbol()).collect();
    Statement::new(sql)
        .bind("exchange", key.exchange())
        .bind("symbols", symbols)
        .bind("interval", key.interval().to_string())
        .bind("first", batch.first.as_millis())
        .bind("last", batch.last.as_millis())
}
