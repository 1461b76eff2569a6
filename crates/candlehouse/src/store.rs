//! The repositories on one database.

use std::sync::Arc;

use candle_repository::CandleRepository;
use db_port::QueryExecutor;
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

    pub(crate) async fn close(&self) -> Result<(), CliError> {
        Ok(self.db.close().await?)
    }
}
