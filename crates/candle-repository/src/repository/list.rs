//! Which series are stored.

use arrow_array::{RecordBatch, StringArray, TimestampMillisecondArray, UInt64Array};
use db_port::{DbError, QueryExecutorExt, Statement, column};
use market_model::{Interval, SeriesKey, Timestamp};

use super::candle_repository::CandleRepository;
use super::statements::final_read;
use crate::error::{Result, StoreContext};

const LIST: &str = "\
SELECT exchange, symbol, interval, count() AS candles, min(open_time) AS first,
    max(open_time) AS last
FROM candles FINAL
GROUP BY exchange, symbol, interval
ORDER BY exchange, symbol, interval";

const KEYS: &str = "SELECT DISTINCT exchange, symbol, interval FROM candles";

/// A stored series in brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesInfo {
    /// The series' name.
    pub key: SeriesKey,
    /// The number of candles, at least one.
    pub candles: u64,
    /// The oldest open time.
    pub first: Timestamp,
    /// The newest open time.
    pub last: Timestamp,
}

impl CandleRepository {
    /// Every series that has a candle, by exchange, symbol and interval.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    pub async fn list_series(&self) -> Result<Vec<SeriesInfo>> {
        let list = async {
            let rows = self.db.query_all(final_read(Statement::new(LIST))).await?;
            let mut all = decode(&rows)?;
            all.sort_by(|a, b| a.key.cmp(&b.key));
            Ok(all)
        };
        list.await.while_doing("listing the stored series")
    }

    /// The names of every series that has a candle, in order. Quicker than
    /// [`CandleRepository::list_series`], because it counts nothing.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    pub async fn keys(&self) -> Result<Vec<SeriesKey>> {
        let list = async {
            let rows = self.db.query_all(Statement::new(KEYS).idempotent()).await?;
            let mut keys = decode_keys(&rows)?;
            keys.sort();
            Ok(keys)
        };
        list.await.while_doing("listing the stored series")
    }
}

fn decode(rows: &RecordBatch) -> db_port::Result<Vec<SeriesInfo>> {
    let candles = column::<UInt64Array>(rows, "candles")?;
    let first = column::<TimestampMillisecondArray>(rows, "first")?;
    let last = column::<TimestampMillisecondArray>(rows, "last")?;
    let infos = decode_keys(rows)?.into_iter().enumerate().map(|(row, key)| SeriesInfo {
        key,
        candles: candles.value(row),
        first: Timestamp::from_millis_unchecked(first.value(row)),
        last: Timestamp::from_millis_unchecked(last.value(row)),
    });
    Ok(infos.collect())
}

fn decode_keys(rows: &RecordBatch) -> db_port::Result<Vec<SeriesKey>> {
    let exchange = column::<StringArray>(rows, "exchange")?;
    let symbol = column::<StringArray>(rows, "symbol")?;
    let interval = column::<StringArray>(rows, "interval")?;
    let keys = (0..rows.num_rows()).map(|row| {
        let interval = interval.value(row).parse::<Interval>();
        interval
            .and_then(|interval| SeriesKey::new(exchange.value(row), symbol.value(row), interval))
            .map_err(|error| DbError::UnexpectedResult {
                expected: "the name of a series".into(),
                found: error.to_string(),
            })
    });
    keys.collect()
}
