//! Storing symbols: compare with what is stored, write what differs.

use db_port::{Insert, QueryExecutor, QueryExecutorExt};
use market_model::{Symbol, UpsertReport};

use super::difference::{difference, wanted};
use super::statements;
use super::symbol_repository::SymbolRepository;
use crate::codec::{decode, encode, highest_revision};
use crate::error::{Result, StoreContext, SymbolError};
use crate::schema;

impl SymbolRepository {
    /// Stores `symbols`, each in place of what is stored under its exchange and name. Only those
    /// that differ from what is stored are written. Up to [`Insert::MAX_ATOMIC_ROWS`] are written
    /// as one; of more, a failure can leave the first ones stored, and the same call again stores
    /// the rest.
    ///
    /// # Errors
    /// [`SymbolError::Conflict`], with nothing stored, when two of `symbols` are values for one
    /// exchange and name; [`SymbolError::LastRevision`], [`SymbolError::Unreadable`] and
    /// [`SymbolError::Database`].
    ///
    /// # Cancel safety
    /// When the future is dropped, any number of the writes may be done, each whole or not at all;
    /// doing the same again completes the work.
    pub async fn upsert(&self, symbols: &[Symbol]) -> Result<UpsertReport> {
        let wanted = wanted(symbols)?;
        let (Some((&first, _)), Some((&last, _))) =
            (wanted.first_key_value(), wanted.last_key_value())
        else {
            return Ok(UpsertReport::default());
        };
        let stored = self.db.query_all(statements::between(first, last)).await;
        let stored = stored.while_doing("comparing symbols with those stored")?;
        let (report, to_write) = difference(wanted, &decode(&stored)?);
        self.write(&to_write, highest_revision(&stored)?).await?;
        Ok(report)
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
            self.db.insert(insert).await.while_doing("storing symbols")?;
        }
        Ok(())
    }
}
