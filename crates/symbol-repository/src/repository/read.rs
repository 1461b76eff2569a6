//! Finding symbols.

use db_port::{QueryExecutorExt, Statement};
use market_model::Symbol;

use super::statements;
use super::symbol_repository::SymbolRepository;
use crate::codec::decode;
use crate::error::{Result, StoreContext};
use crate::filter::SymbolFilter;

impl SymbolRepository {
    /// The symbol `name` of `exchange`, if it is stored.
    ///
    /// # Errors
    /// [`SymbolError::Unreadable`](crate::SymbolError::Unreadable) and
    /// [`SymbolError::Database`](crate::SymbolError::Database).
    pub async fn get(&self, exchange: &str, name: &str) -> Result<Option<Symbol>> {
        let key = (exchange, name);
        Ok(self.read(statements::between(key, key), "reading a symbol").await?.pop())
    }

    /// The symbols that match `filter`, by exchange and name.
    ///
    /// # Errors
    /// As [`SymbolRepository::get`].
    pub async fn find(&self, filter: &SymbolFilter) -> Result<Vec<Symbol>> {
        self.read(statements::matching(filter), "finding symbols").await
    }

    /// All symbols, by exchange and name.
    ///
    /// # Errors
    /// As [`SymbolRepository::get`].
    pub async fn list(&self) -> Result<Vec<Symbol>> {
        self.find(&SymbolFilter::default()).await
    }

    /// The first `limit` symbols, by name, whose name begins with `prefix`; upper and lower case
    /// of ASCII letters are the same.
    ///
    /// # Errors
    /// As [`SymbolRepository::get`].
    pub async fn search(&self, prefix: &str, limit: u64) -> Result<Vec<Symbol>> {
        self.read(statements::beginning_with(prefix, limit), "searching symbols").await
    }

    async fn read(&self, statement: Statement, doing: &'static str) -> Result<Vec<Symbol>> {
        decode(&self.db.query_all(statement).await.while_doing(doing)?)
    }
}
