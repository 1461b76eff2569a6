//! Reading the newest candles.

use db_port::{QueryExecutorExt, Statement};
use futures_util::stream::BoxStream;
use market_model::{CandleSeries, SeriesKey, TimeRange};

use super::candle_repository::CandleRepository;
use super::statements::{bind_filter, bind_range, final_read, in_range, matching};
use crate::codec;
use crate::error::{Result, StoreContext};
use crate::filter::SeriesFilter;

const LATEST: &str = in_range!(
    "SELECT open_time, open, high, low, close, volume FROM (\
     SELECT open_time, open, high, low, close, volume FROM candles FINAL",
    "ORDER BY open_time DESC LIMIT {count:UInt64}) ORDER BY open_time"
);

const LATEST_OF_ALL: &str = concat!(
    matching!(
        "SELECT exchange, symbol, interval, open_time, open, high, low, close, volume FROM (\
         SELECT exchange, symbol, interval, open_time, open, high, low, close, volume \
         FROM candles FINAL",
        "ORDER BY exchange, symbol, interval, open_time DESC \
         LIMIT {count:UInt64} BY exchange, symbol, interval"
    ),
    ") ORDER BY exchange, symbol, interval, open_time"
);

const LATEST_CANDLES: &str = "reading the latest candles";

fn latest(key: &SeriesKey, count: u64) -> Statement {
    final_read(bind_range(LATEST, key, TimeRange::ALL)).bind("count", count)
}

impl CandleRepository {
    /// The newest `count` candles of a series, oldest first.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn latest(&self, key: &SeriesKey, count: u64) -> Result<CandleSeries> {
        self.series(key, latest(key, count)).await.while_doing(LATEST_CANDLES)
    }

    /// As [`CandleRepository::latest`], in parts of bounded size, oldest first.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database), also as an item of the stream,
    /// which then ends.
    ///
    /// # Cancel safety
    /// Dropping the future or the stream ends the query; nothing is changed.
    pub async fn latest_stream(
        &self,
        key: &SeriesKey,
        count: u64,
    ) -> Result<BoxStream<'static, Result<CandleSeries>>> {
        self.parts(key.clone(), latest(key, count), LATEST_CANDLES).await
    }

    /// The newest `count` candles of each series that matches `filter`, by series, oldest first:
    /// what [`CandleRepository::latest`] gives for one after the other, in one question. A series
    /// without candles is left out, and so are all if `count` is zero.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn latest_of_all(
        &self,
        filter: &SeriesFilter,
        count: u64,
    ) -> Result<Vec<CandleSeries>> {
        let statement = final_read(bind_filter(LATEST_OF_ALL, filter)).bind("count", count);
        let read = async {
            let batch = self.db.query_all(statement).await?;
            codec::series_of_all(&batch)
        };
        read.await.while_doing("reading the latest candles of all series")
    }
}
