//! What is stored and what is missing.

use arrow_array::{RecordBatch, TimestampMillisecondArray};
use db_port::column;
use futures_util::TryStreamExt;
use market_model::{Calendar, Coverage, GapFinder, SeriesKey, TimeRange, Timestamp};

use super::candle_repository::CandleRepository;
use super::statements::{bind_range, final_read, in_range};
use crate::error::{Result, StoreContext};

const OPEN_TIMES: &str = in_range!("SELECT open_time FROM candles FINAL", "ORDER BY open_time");

impl CandleRepository {
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
}

fn see(finder: &mut GapFinder, batch: &RecordBatch) -> db_port::Result<()> {
    for &millis in column::<TimestampMillisecondArray>(batch, "open_time")?.values() {
        finder.see(Timestamp::from_millis_unchecked(millis));
    }
    Ok(())
}
