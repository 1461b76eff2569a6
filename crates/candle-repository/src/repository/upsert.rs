use std::ops::AddAssign;

use arrow_array::UInt64Array;
use chrono::Datelike;
use db_port::{Insert, column};
use futures_util::TryStreamExt;

use super::CandleRepository;
use super::statements::{bind_range, final_read, in_range};
use crate::codec::{self, Row};
use crate::error::StoreContext;
use crate::schema;
use crate::{Candle, CandleError, CandleSeries, Interval, Result, SeriesKey, TimeRange, Timestamp};

const STORED: &str = in_range!(
    "SELECT open_time, open, high, low, close, volume, revision FROM candles FINAL",
    "ORDER BY open_time"
);

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
        for (key, candles) in &sound {
            for window in candles.chunks(Insert::MAX_ATOMIC_ROWS) {
                report += self.changed(key, window, &mut rows).await?;
            }
        }
        rows.sort_by_key(|row| (year(row), row.key));
        let years = rows.chunk_by(|a, b| year(a) == year(b));
        for batch in years.flat_map(|rows| rows.chunks(Insert::MAX_ATOMIC_ROWS)) {
            let store =
                async { self.db.insert(Insert::new(schema::TABLE, codec::to_batch(batch)?)).await };
            store.await.while_doing("storing candles")?;
        }
        Ok(report)
    }

    /// Compares `window`, which is in order, with what is stored, and adds what must be written to
    /// `rows`.
    async fn changed<'a>(
        &self,
        key: &'a SeriesKey,
        window: &[Candle],
        rows: &mut Vec<Row<'a>>,
    ) -> Result<UpsertReport> {
        let (Some(first), Some(last)) = (window.first(), window.last()) else {
            return Ok(UpsertReport::default());
        };
        let after = Timestamp::from_millis_unchecked(last.open_time.as_millis() + 1);
        let range = TimeRange::new(first.open_time, after)?;
        let mut stored: Vec<Option<Candle>> = vec![None; window.len()];
        let mut newest = 0;
        let compare = async {
            let mut batches = self.db.query(final_read(bind_range(STORED, key, range))).await?;
            while let Some(batch) = batches.try_next().await? {
                let revisions = column::<UInt64Array>(&batch, "revision")?;
                let series = CandleSeries::from_batch(key.clone(), &batch)?;
                for (candle, &revision) in series.iter().zip(revisions.values()) {
                    let place = window.binary_search_by_key(&candle.open_time, |c| c.open_time);
                    if let Ok(place) = place {
                        stored[place] = Some(candle);
                        newest = newest.max(revision);
                    }
                }
            }
            Ok(())
        };
        compare.await.while_doing("comparing with stored candles")?;
        let revision = self
            .revisions
            .next(newest)
            .ok_or_else(|| CandleError::LastRevision { key: key.clone() })?;
        let mut report = UpsertReport::default();
        for (&candle, stored) in window.iter().zip(&stored) {
            match stored {
                Some(same) if *same == candle => {
                    report.unchanged += 1;
                    continue;
                }
                Some(_) => report.corrected += 1,
                None => report.inserted += 1,
            }
            rows.push(Row { key, candle, revision });
        }
        Ok(report)
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
