//! Finding symbols.

use std::collections::HashSet;

use db_port::{QueryExecutorExt, Statement};
use market_model::Symbol;

use super::statements;
use super::symbol_repository::SymbolRepository;
use crate::codec::decode;
use crate::error::{Result, StoreContext};
use crate::filter::SymbolFilter;

/// The most names in a question; they travel as one parameter.
const MAX_NAMES: usize = 500;

impl SymbolRepository {
    /// The symbol `name` of `exchange`, if it is stored.
    ///
    /// # Errors
    /// [`SymbolError::Unreadable`](crate::SymbolError::Unreadable) and
    /// [`SymbolError::Database`](crate::SymbolError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn get(&self, exchange: &str, name: &str) -> Result<Option<Symbol>> {
        let key = (exchange, name);
        Ok(self.read(statements::between(key, key), "reading a symbol").await?.pop())
    }

    /// The symbols that match `filter`, by exchange and name.
    ///
    /// # Errors
    /// As [`SymbolRepository::get`].
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn find(&self, filter: &SymbolFilter) -> Result<Vec<Symbol>> {
        self.read(statements::matching(filter), "finding symbols").await
    }

    /// The symbols of every exchange that have one of `names`, by exchange and name; upper and
    /// lower case are different. For few names this reads no others, as
    /// [`SymbolRepository::list`] does.
    ///
    /// # Errors
    /// As [`SymbolRepository::get`].
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn find_by_names(&self, names: &[&str]) -> Result<Vec<Symbol>> {
        match names.len() {
            0 => Ok(Vec::new()),
            1..=MAX_NAMES => self.read(statements::named(names), "finding symbols").await,
            _ => {
                let wanted: HashSet<_> = names.iter().copied().collect();
                let mut symbols = self.list().await?;
                symbols.retain(|symbol| wanted.contains(symbol.name()));
                Ok(symbols)
            }
        }
    }

    /// The symbols of every exchange that have one of `names` when upper and lower case are the same, by
    /// exchange and name.
    ///
    /// # Errors
    /// As [`SymbolRepository::get`].
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn find_by_names_in_any_case(&self, names: &[&str]) -> Result<Vec<Symbol>> {
        match names.len() {
            0 => Ok(Vec::new()),
            1..=MAX_NAMES => {
                self.read(statements::named_in_any_case(names), "finding symbols").await
            }
            _ => {
                let wanted: HashSet<_> = names.iter().map(|name| name.to_lowercase()).collect();
                let mut symbols = self.list().await?;
                symbols.retain(|symbol| wanted.contains(&symbol.name().to_lowercase()));
                Ok(symbols)
            }
        }
    }

    /// All symbols, by exchange and name.
    ///
    /// # Errors
    /// As [`SymbolRepository::get`].
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn list(&self) -> Result<Vec<Symbol>> {
        self.find(&SymbolFilter::default()).await
    }

    /// The first `limit` symbols, by name, whose name begins with `prefix`; upper and lower case
    /// of ASCII letters are the same.
    ///
    /// # Errors
    /// As [`SymbolRepository::get`].
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn search(&self, prefix: &str, limit: u64) -> Result<Vec<Symbol>> {
        self.read(statements::beginning_with(prefix, limit), "searching symbols").await
    }

    async fn read(&self, statement: Statement, doing: &'static str) -> Result<Vec<Symbol>> {
        decode(&self.db.query_all(statement).await.while_doing(doing)?)
    }
}
