use std::slice;
use std::sync::Arc;

use chrono::NaiveDate;
use db_port::{Insert, QueryExecutor, QueryExecutorExt, RevisionClock, Statement};

use crate::codec::{decode, encode, highest_revision};
use crate::diff::{difference, wanted};
use crate::{
    Result, Symbol, SymbolError, SymbolFilter, SymbolStatus, UpsertReport, name, schema, select,
};

/// Instruments in the table `symbols` of the executor's database.
///
/// Use one repository per process: revisions rise within one by themselves, and between several
/// as far as each sees what the others stored.
#[derive(Debug)]
pub struct SymbolRepository {
    db: Arc<dyn QueryExecutor>,
    revisions: RevisionClock,
}

impl SymbolRepository {
    /// A repository on `db`; asks nothing of it yet.
    #[must_use]
    pub fn new(db: Arc<dyn QueryExecutor>) -> Self {
        Self { db, revisions: RevisionClock::default() }
    }

    /// Creates the table unless it is there.
    ///
    /// # Errors
    /// [`SymbolError::Database`].
    pub async fn create_schema(&self) -> Result<()> {
        let created = self.db.execute(schema::create()).await;
        created.map_err(SymbolError::database("creating the table symbols"))
    }

    /// Stores `symbols`, each in place of what is stored under its exchange and name. Only those
    /// that differ from what is stored are written. Up to [`Insert::MAX_ATOMIC_ROWS`] are written
    /// as one; of more, a failure can leave the first ones stored, and the same call again stores
    /// the rest.
    ///
    /// # Errors
    /// [`SymbolError::Conflict`], with nothing stored, when two of `symbols` are values for one
    /// exchange and name; [`SymbolError::LastRevision`], [`SymbolError::Unreadable`] and
    /// [`SymbolError::Database`].
    pub async fn upsert(&self, symbols: &[Symbol]) -> Result<UpsertReport> {
        let wanted = wanted(symbols)?;
        let (Some((&first, _)), Some((&last, _))) =
            (wanted.first_key_value(), wanted.last_key_value())
        else {
            return Ok(UpsertReport::default());
        };
        let stored = select::between(first, last);
        let stored = self.db.query_all(stored).await;
        let stored =
            stored.map_err(SymbolError::database("comparing symbols with those stored"))?;
        let (report, to_write) = difference(wanted, &decode(&stored)?);
        self.write(&to_write, highest_revision(&stored)?).await?;
        Ok(report)
    }

    /// The symbol `name` of `exchange`, if it is stored.
    ///
    /// # Errors
    /// [`SymbolError::Unreadable`] and [`SymbolError::Database`].
    pub async fn get(&self, exchange: &str, name: &str) -> Result<Option<Symbol>> {
        let key = (exchange, name);
        Ok(self.read(select::between(key, key), "reading a symbol").await?.pop())
    }

    /// The symbols that match `filter`, by exchange and name.
    ///
    /// # Errors
    /// [`SymbolError::Unreadable`] and [`SymbolError::Database`].
    pub async fn find(&self, filter: &SymbolFilter) -> Result<Vec<Symbol>> {
        self.read(select::matching(filter), "finding symbols").await
    }

    /// All symbols, by exchange and name.
    ///
    /// # Errors
    /// [`SymbolError::Unreadable`] and [`SymbolError::Database`].
    pub async fn list(&self) -> Result<Vec<Symbol>> {
        self.find(&SymbolFilter::default()).await
    }

    /// The first `limit` symbols, by name, whose name begins with `prefix`; upper and lower case
    /// of ASCII letters are the same.
    ///
    /// # Errors
    /// [`SymbolError::Unreadable`] and [`SymbolError::Database`].
    pub async fn search(&self, prefix: &str, limit: u64) -> Result<Vec<Symbol>> {
        self.read(select::beginning_with(prefix, limit), "searching symbols").await
    }

    /// Marks a symbol as delisted on `date`, and returns what is stored now.
    ///
    /// # Errors
    /// [`SymbolError::Unknown`] when it is not stored; [`SymbolError::InvalidSymbol`] when it was
    /// listed after `date`; and those of [`SymbolRepository::upsert`].
    pub async fn delist(&self, exchange: &str, name: &str, date: NaiveDate) -> Result<Symbol> {
        let stored = self.get(exchange, name).await?;
        let stored = stored
            .ok_or_else(|| SymbolError::Unknown { symbol: name::qualified(exchange, name) })?;
        let delisted = stored.to_builder().status(SymbolStatus::Delisted).delisted(date).build()?;
        self.upsert(slice::from_ref(&delisted)).await?;
        Ok(delisted)
    }

    async fn read(&self, statement: Statement, doing: &'static str) -> Result<Vec<Symbol>> {
        let rows = self.db.query_all(statement).await.map_err(SymbolError::database(doing))?;
        decode(&rows)
    }

    async fn write(&self, symbols: &[&Symbol], stored_revision: u64) -> Result<()> {
        let Some(first) = symbols.first() else {
            return Ok(());
        };
        let revision = self
            .revisions
            .next(stored_revision)
            .ok_or_else(|| SymbolError::LastRevision { symbol: first.to_string() })?;
        for block in symbols.chunks(Insert::MAX_ATOMIC_ROWS) {
            // The table keeps one row of each symbol and revision.
            let insert = Insert::new(schema::TABLE, encode(block, revision)?).idempotent();
            let stored = self.db.insert(insert).await;
            stored.map_err(SymbolError::database("storing symbols"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
