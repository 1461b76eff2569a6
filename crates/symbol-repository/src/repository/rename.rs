//! Giving a symbol another name.

use std::slice;

use market_model::{Symbol, SymbolName};

use super::symbol_repository::SymbolRepository;
use crate::error::{Result, SymbolError};

impl SymbolRepository {
    /// Stores what is known of the symbol `from` under the name `to`, then deletes `from`, and returns
    /// what is stored now. Candles of the symbol stay where they are: the candle repository moves
    /// those.
    ///
    /// # Errors
    /// [`SymbolError::Unknown`] when `from` is not stored; [`SymbolError::Taken`], with nothing
    /// changed, when `to` is stored with other values; and those of [`SymbolRepository::upsert`].
    ///
    /// # Cancel safety
    /// When the future is dropped, the symbol may be stored under both names; the same call again
    /// completes the work.
    pub async fn rename(&self, from: &SymbolName, to: &SymbolName) -> Result<Symbol> {
        let stored = self.get(from.exchange(), from.symbol()).await?;
        let stored = stored.ok_or_else(|| SymbolError::Unknown { symbol: from.to_string() })?;
        if from == to {
            return Ok(stored);
        }
        let renamed = stored.renamed(to);
        let there = self.get(to.exchange(), to.symbol()).await?;
        if there.is_some_and(|there| there != renamed) {
            return Err(SymbolError::Taken { from: from.to_string(), to: to.to_string() });
        }
        self.upsert(slice::from_ref(&renamed)).await?;
        self.delete(from.exchange(), from.symbol()).await?;
        Ok(renamed)
    }
}
