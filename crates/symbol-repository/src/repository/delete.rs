//! Removing symbols.

use arrow_array::UInt64Array;
use db_port::{QueryExecutor, QueryExecutorExt, column};

use super::statements;
use super::symbol_repository::SymbolRepository;
use crate::error::{Result, StoreContext};

impl SymbolRepository {
    /// Removes the symbol `name` of `exchange`, with all its revisions, and returns whether it was
    /// stored. It need not be readable. Candles of the symbol stay where they are.
    ///
    /// # Errors
    /// [`SymbolError::Database`](crate::SymbolError::Database).
    ///
    /// # Cancel safety
    /// When the future is dropped, the symbol may or may not be gone; the same call again is safe.
    pub async fn delete(&self, exchange: &str, name: &str) -> Result<bool> {
        let delete = async {
            let count = self.db.query_one(statements::count(exchange, name)).await?;
            let is_stored = column::<UInt64Array>(&count, "symbols")?.value(0) > 0;
            if is_stored {
                self.db.execute(statements::delete(exchange, name)).await?;
            }
            Ok(is_stored)
        };
        delete.await.while_doing("deleting a symbol")
    }
}
