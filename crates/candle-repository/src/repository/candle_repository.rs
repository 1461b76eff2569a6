//! The repository itself: what it holds, and the table it makes.

use std::sync::Arc;

use db_port::{QueryExecutor, RevisionClock, Statement};

use crate::error::{Result, StoreContext};
use crate::schema;

/// Candles in a database, behind the port.
///
/// A candle's identity is its series and its open time. Storing a candle again replaces it; storing
/// the same candles again changes nothing. Every read gives each candle once, with its latest
/// value.
#[derive(Debug, Clone)]
pub struct CandleRepository {
    pub(super) db: Arc<dyn QueryExecutor>,
    pub(super) revisions: Arc<RevisionClock>,
}

impl CandleRepository {
    /// A repository on `db`.
    #[must_use]
    pub fn new(db: Arc<dyn QueryExecutor>) -> Self {
        Self { db, revisions: Arc::default() }
    }

    /// Makes the table `candles` if it is not there.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// When the future is dropped, the table may or may not be there; the same call again is safe.
    pub async fn create_schema(&self) -> Result<()> {
        let create = Statement::new(schema::CREATE_TABLE).idempotent();
        self.db.execute(create).await.while_doing("creating the table of candles")
    }
}
