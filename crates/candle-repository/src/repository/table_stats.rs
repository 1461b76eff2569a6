//! What the table takes up.

use arrow_array::UInt64Array;
use db_port::{QueryExecutorExt, Statement, column};

use super::candle_repository::CandleRepository;
use crate::error::{Result, StoreContext};

const STATS: &str = "\
SELECT sum(rows) AS rows, sum(bytes_on_disk) AS bytes, count() AS parts
FROM system.parts
WHERE active AND database = currentDatabase() AND table = 'candles'";

/// What the table of candles takes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableStats {
    /// Rows, which are more than the candles until replaced revisions have been merged away.
    pub rows: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// Parts, which the engine merges in the background.
    pub parts: u64,
}

impl CandleRepository {
    /// What the table of candles takes up.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn table_stats(&self) -> Result<TableStats> {
        let ask = async {
            let row = self.db.query_one(Statement::new(STATS).idempotent()).await?;
            let value = |name| Ok(column::<UInt64Array>(&row, name)?.value(0));
            let (rows, bytes, parts) = (value("rows")?, value("bytes")?, value("parts")?);
            Ok(TableStats { rows, bytes, parts })
        };
        ask.await.while_doing("measuring the table of candles")
    }
}
