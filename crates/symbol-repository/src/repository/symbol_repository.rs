//! The repository itself: what it holds, and the table it makes.

use std::sync::Arc;

use db_port::{QueryExecutor, RevisionClock, Statement};

use crate::error::{Result, StoreContext};
use crate::schema;

/// Instruments in the table `symbols` of the executor's database.
///
/// Use one repository per process, and clones of it: revisions rise within these by themselves, and
/// between several as far as each sees what the others stored.
#[derive(Debug, Clone)]
pub struct SymbolRepository {
    pub(super) db: Arc<dyn QueryExecutor>,
    pub(super) revisions: Arc<RevisionClock>,
}

impl SymbolRepository {
    /// A repository on `db`; asks nothing of it yet.
    #[must_use]
    pub fn new(db: Arc<dyn QueryExecutor>) -> Self {
        Self { db, revisions: Arc::default() }
    }

    /// Creates the table unless it is there.
    ///
    /// # Errors
    /// [`SymbolError::Database`](crate::SymbolError::Database).
    ///
    /// # Cancel safety
    /// When the future is dropped, the table may or may not be there; the same call again is safe.
    pub async fn create_schema(&self) -> Result<()> {
        let create = Statement::new(schema::CREATE_TABLE).idempotent();
        self.db.execute(create).await.while_doing("creating the table symbols")
    }
}
