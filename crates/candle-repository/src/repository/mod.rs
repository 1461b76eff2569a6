mod bundle;
mod delete;
mod list;
mod read;
mod resample;
mod statements;
mod storage;
mod upsert;

use std::sync::Arc;

use db_port::{QueryExecutor, RevisionClock, Statement};

use crate::error::StoreContext;
use crate::{Result, schema};

pub use list::SeriesInfo;
pub use storage::Storage;
pub use upsert::UpsertReport;

/// Candles in a database, behind the port.
///
/// A candle's identity is its series and its open time. Storing a candle again replaces it; storing
/// the same candles again changes nothing. Every read gives each candle once, with its latest
/// value.
#[derive(Debug, Clone)]
pub struct CandleRepository {
    db: Arc<dyn QueryExecutor>,
    revisions: Arc<RevisionClock>,
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
    pub async fn create_schema(&self) -> Result<()> {
        let create = Statement::new(schema::CREATE_TABLE).idempotent();
        self.db.execute(create).await.while_doing("creating the table of candles")
    }
}
