//! Taking a symbol off the market.

use std::slice;

use chrono::NaiveDate;
use market_model::{Symbol, SymbolStatus, qualified};

use super::symbol_repository::SymbolRepository;
use crate::error::{Result, SymbolError};

impl SymbolRepository {
    /// Marks a symbol as delisted on `date`, and returns what is stored now.
    ///
    /// # Errors
    /// [`SymbolError::Unknown`] when it is not stored; [`SymbolError::Model`] with
    /// [`ModelError::InvalidSymbol`](market_model::ModelError::InvalidSymbol) when it was listed
    /// after `date`; and those of [`SymbolRepository::upsert`].
    ///
    /// # Cancel safety
    /// When the future is dropped, the symbol is as before or delisted; the same call again is
    /// safe.
    pub async fn delist(&self, exchange: &str, name: &str, date: NaiveDate) -> Result<Symbol> {
        let stored = self.get(exchange, name).await?;
        let stored =
            stored.ok_or_else(|| SymbolError::Unknown { symbol: qualified(exchange, name) })?;
        let delisted = stored.to_builder().status(SymbolStatus::Delisted).delisted(date).build()?;
        self.upsert(slice::from_ref(&delisted)).await?;
        Ok(delisted)
    }
}
