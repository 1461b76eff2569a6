use std::collections::HashMap;
use std::ops::AddAssign;

use chrono::Datelike;
use db_port::{Insert, QueryExecutor, Statement};
use futures_util::TryStreamExt;

use super::CandleRepository;
use super::bundle::{Bundle, Window};
use super::statements::final_read;
use crate::codec::{self, Row};
use crate::error::StoreContext;
use crate::schema;
use crate::{Candle, CandleError, Interval, Result, SeriesKey, Timestamp};

const STORED: &str = "\
SELECT symbol, open_time, open, high, low, close, volume, revision
FROM candles FINAL
WHERE exchange = {exchange:String} AND symbol IN {symbols:Array(String)}
    AND interval = {interval:String}
    AND open_time >= fromUnixTimestamp64Milli({first:Int64}, 'UTC')
    AND open_time <= fromUnixTimestamp64Milli({last:Int64}, 'UTC')";

/// What an upsert found and did, in candles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UpsertReport {
    /// Not stored before.
    pub inserted: u64,
    /// Stored before with another value, which is replaced.
    pub corrected: u64,
    /// Stored before with the same value: nothing was written.
    pub unchanged: u64,
}

impl AddAssign for UpsertReport {
    fn add_assign(&mut self, other: Self) {
        self.inserted += other.inserted;
        self.corrected += other.corrected;
        self.unchanged += other.unchanged;
    }
}

impl CandleRepository {
    /// Stores candles of one series, in any order. Where a candle is stored already, the new value
    /// wins.
    ///
    /// Everything is checked before anything is written. What is written goes out year by year in
    /// batches of at most [`Insert::MAX_ATOMIC_ROWS`]; when one fails, those before it are stored,
    /// and doing the same again completes the work.
    ///
    /// # Errors
    /// [`CandleError::InvalidCandle`], [`CandleError::Conflict`], [`CandleError::Database`].
    pub async fn upsert(&self, key: &SeriesKey, candles: &[Candle]) -> Result<UpsertReport> {
        self.upsert_all([(key, candles)]).await
    }

    /// As [`CandleRepository::upsert`] for several series at once, which takes fewer and larger
    /// writes than one after the other.
    ///
    /// # Errors
    /// As [`CandleRepository::upsert`].
    pub async fn upsert_all<'a>(
        &self,
        series: impl IntoIterator<Item = (&'a SeriesKey, &'a [Candle])> + Send,
    ) -> Result<UpsertReport> {
        let mut sound = Vec::new();
        for (key, candles) in series {
            sound.push((key, sorted_unique(key.interval(), candles)?));
        }
        let mut report = UpsertReport::default();
        let mut rows = Vec::new();
        let windows = sound.iter().flat_map(|(key, candles)| {
            candles.chunks(Insert::MAX_ATOMIC_ROWS).map(|candles| Window { key, candles })
        });
        for bundle in Bundle::all(windows) {
            report += self.changed(&bundle, &mut rows).await?;
        }
        rows.sort_by_key(|row| (year(row), row.key));
        let years = rows.chunk_by(|a, b| year(a) == year(b));
        for batch in years.flat_map(|rows| rows.chunks(Insert::MAX_ATOMIC_ROWS)) {
            let store = async {
                // The table keeps one row of each candle and revision.
                let insert = Insert::new(schema::TABLE, codec::to_batch(batch)?).idempotent();
                self.db.insert(insert).await
            };
            store.await.while_doing("storing candles")?;
        }
        Ok(report)
    }

    /// Compares a bundle with what is stored, and adds what must be written to `rows`.
    async fn changed<'a>(
        &self,
        bundle: &Bundle<'a>,
        rows: &mut Vec<Row<'a>>,
    ) -> Result<UpsertReport> {
        let stored = self.stored(bundle).await.while_doing("comparing with stored candles")?;
        let newest = stored.values().map(|(_, revision)| *revision).max().unwrap_or_default();
        let revision = self.revisions.next(newest).ok_or_else(|| {
            let key = bundle.windows[0].key.clone();
            CandleError::LastRevision { key }
        })?;
        let mut report = UpsertReport::default();
        for Window { key, candles } in &bundle.windows {
            for &candle in *candles {
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

    /// The stored candles that have the same identity as one of the bundle, with their revisions.
    async fn stored<'a>(
        &self,
        bundle: &Bundle<'a>,
    ) -> db_port::Result<HashMap<(&'a str, Timestamp), (Candle, u64)>> {
        let key = bundle.windows[0].key;
        let symbols: Vec<_> = bundle.windows.iter().map(|window| window.key.symbol()).collect();
        let compared: HashMap<_, _> =
            bundle.windows.iter().map(|window| (window.key.symbol(), window)).collect();
        let statement = Statement::new(STORED)
            .bind("exchange", key.exchange())
            .bind("symbols", symbols)
            .bind("interval", key.interval().to_string())
            .bind("first", bundle.first.as_millis())
            .bind("last", bundle.last.as_millis());
        let mut stored = HashMap::new();
        let mut batches = self.db.query(final_read(statement)).await?;
        while let Some(batch) = batches.try_next().await? {
            for (symbol, candle, revision) in codec::from_batch(&batch)? {
                let Some(window) = compared.get(symbol) else { continue };
                let open_time = candle.open_time;
                if window.candles.binary_search_by_key(&open_time, |c| c.open_time).is_ok() {
                    stored.insert((window.key.symbol(), open_time), (candle, revision));
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

fn sorted_unique(interval: Interval, candles: &[Candle]) -> Result<Vec<Candle>> {
    for candle in candles {
        candle.check_for(interval)?;
    }
    let mut sorted = candles.to_vec();
    sorted.sort_by_key(|candle| candle.open_time);
    sorted.dedup();
    match sorted.windows(2).find(|pair| pair[0].open_time == pair[1].open_time) {
        Some(pair) => Err(CandleError::Conflict { open_time: pair[0].open_time }),
        None => Ok(sorted),
    }
}
