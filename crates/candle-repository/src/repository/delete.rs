//! Removing candles.

use arrow_array::UInt64Array;
use db_port::{QueryExecutorExt, column};
use market_model::{IntoTimeRange, SeriesKey};

use super::candle_repository::CandleRepository;
use super::statements::{bind_range, final_read, in_range};
use crate::error::{Result, StoreContext};

const COUNT: &str = in_range!("SELECT count() AS candles FROM candles FINAL", "");

const DELETE: &str = in_range!("DELETE FROM candles", "");

/// The rows are gone when the statement returns, whatever the user's profile says.
const SYNC: (&str, u8) = ("lightweight_deletes_sync", 2);

impl CandleRepository {
    /// Removes the candles of a series whose open times lie in `range`, with all their revisions,
    /// and returns how many there were.
    ///
    /// # Errors
    /// [`CandleError::Model`](crate::CandleError::Model) unless `range` ends after its start, and
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// When the future is dropped, the candles may or may not be gone; the same call again is safe.
    pub async fn delete(&self, key: &SeriesKey, range: impl IntoTimeRange + Send) -> Result<u64> {
        let range = range.into_time_range()?;
        let delete = async {
            let count = self.db.query_one(final_read(bind_range(COUNT, key, range))).await?;
            let candles = column::<UInt64Array>(&count, "candles")?.value(0);
            if candles > 0 {
                let delete = bind_range(DELETE, key, range).with_setting(SYNC.0, SYNC.1);
                self.db.execute(delete.idempotent()).await?;
            }
            Ok(candles)
        };
        delete.await.while_doing("deleting candles")
    }
}
