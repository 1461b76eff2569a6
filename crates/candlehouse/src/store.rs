//! The repositories on one database.

use std::sync::Arc;

use candle_repository::CandleRepository;
use db_port::arrow_array::UInt64Array;
use db_port::{QueryExecutor, QueryExecutorExt, Statement, column};
use symbol_repository::SymbolRepository;

use crate::db_url::DbUrl;
use crate::error::CliError;

/// A database with both repositories on it.
pub(crate) struct Store {
    pub(crate) db: Arc<dyn QueryExecutor>,
    pub(crate) candles: CandleRepository,
    pub(crate) symbols: SymbolRepository,
}

impl Store {
    pub(crate) fn on(url: &DbUrl) -> Result<Self, CliError> {
        let db = url.executor()?;
        Ok(Self {
            candles: CandleRepository::new(Arc::clone(&db)),
            symbols: SymbolRepository::new(Arc::clone(&db)),
            db,
        })
    }

    /// Makes the tables that are not there.
    pub(crate) async fn create_schema(&self) -> Result<(), CliError> {
        self.candles.create_schema().await?;
        self.symbols.create_schema().await?;
        Ok(())
    }

    /// Whether the tables are there.
    pub(crate) async fn has_tables(&self) -> Result<bool, CliError> {
        let count = Statement::new(
            "SELECT count() AS tables FROM system.tables \
             WHERE database = currentDatabase() AND name IN ('candles', 'symbols')",
        );
        let answer = self.db.query_one(count.idempotent()).await?;
        Ok(column::<UInt64Array>(&answer, "tables")?.value(0) == 2)
    }

    pub(crate) async fn close(&self) -> Result<(), CliError> {
        Ok(self.db.close().await?)
    }
}
