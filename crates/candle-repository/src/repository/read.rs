use arrow_array::{RecordBatch, TimestampMillisecondArray};
use db_port::{QueryExecutorExt, column};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};

use super::CandleRepository;
use super::statements::{bind_range, final_read, in_range};
use crate::coverage::GapFinder;
use crate::error::StoreContext;
use crate::{Calendar, CandleSeries, Coverage, Result, SeriesKey, TimeRange, Timestamp};

const RANGE: &str = in_range!(
    "SELECT open_time, open, high, low, close, volume FROM candles FINAL",
    "ORDER BY open_time"
);

const LATEST: &str = in_range!(
    "SELECT open_time, open, high, low, close, volume FROM (\
     SELECT open_time, open, high, low, close, volume FROM candles FINAL",
    "ORDER BY open_time DESC LIMIT {count:UInt64}) ORDER BY open_time"
);

const OPEN_TIMES: &str = in_range!("SELECT open_time FROM candles FINAL", "ORDER BY open_time");

impl CandleRepository {
    /// The candles of a series whose open times lie in `range`, oldest first.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    pub async fn range(
        &self,
        key: &SeriesKey,
        range: impl Into<TimeRange> + Send,
    ) -> Result<CandleSeries> {
        let statement = final_read(bind_range(RANGE, key, range.into()));
        self.series(key, statement).await.while_doing("reading candles")
    }

    /// As [`CandleRepository::range`], in parts of bounded size that follow each other without gap
    /// or overlap.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database), also as an item of the stream,
    /// which then ends.
    pub async fn range_stream(
        &self,
        key: &SeriesKey,
        range: impl Into<TimeRange> + Send,
    ) -> Result<BoxStream<'static, Result<CandleSeries>>> {
        let statement = final_read(bind_range(RANGE, key, range.into()));
        let batches = self.db.query(statement).await.while_doing("reading candles")?;
        let key = key.clone();
        let parts = batches.try_filter(|batch| std::future::ready(batch.num_rows() > 0)).map(
            move |batch| {
                batch
                    .and_then(|batch| CandleSeries::from_batch(key.clone(), &batch))
                    .while_doing("reading candles")
            },
        );
        Ok(parts.boxed())
    }

    /// The newest `count` candles of a series, oldest first.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    pub async fn latest(&self, key: &SeriesKey, count: u64) -> Result<CandleSeries> {
        let statement = final_read(bind_range(LATEST, key, TimeRange::ALL)).bind("count", count);
        self.series(key, statement).await.while_doing("reading the latest candles")
    }

    /// What is stored of a series in `range`, and which candles `calendar` misses.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    pub async fn coverage(
        &self,
        key: &SeriesKey,
        range: impl Into<TimeRange> + Send,
        calendar: Calendar,
    ) -> Result<Coverage> {
        let range = range.into();
        let mut finder = GapFinder::new(key.clone(), calendar, range);
        let statement = final_read(bind_range(OPEN_TIMES, key, range));
        let see_all = async {
            let mut batches = self.db.query(statement).await?;
            while let Some(batch) = batches.try_next().await? {
                see(&mut finder, &batch)?;
            }
            Ok(())
        };
        see_all.await.while_doing("reading open times")?;
        Ok(finder.finish())
    }

    pub(super) async fn series(
        &self,
        key: &SeriesKey,
        statement: db_port::Statement,
    ) -> db_port::Result<CandleSeries> {
        let batch = self.db.query_all(statement).await?;
        CandleSeries::from_batch(key.clone(), &batch)
    }
}

fn see(finder: &mut GapFinder, batch: &RecordBatch) -> db_port::Result<()> {
    for &millis in column::<TimestampMillisecondArray>(batch, "open_time")?.values() {
        finder.see(Timestamp::from_millis_unchecked(millis));
    }
    Ok(())
}
