//! The repository itself: what it holds.

use std::sync::Arc;

use db_port::{QueryExecutor, RevisionClock};

use super::newest_seen::NewestSeen;

/// Candles in a database, behind the port.
///
/// A candle's identity is its series and its open time. Storing a candle again replaces it; storing
/// the same candles again changes nothing. Every read gives each candle once, with its latest
/// value.
#[derive(Debug, Clone)]
pub struct CandleRepository {
    pub(super) db: Arc<dyn QueryExecutor>,
    pub(super) revisions: Arc<RevisionClock>,
    pub(super) newest_seen: Arc<NewestSeen>,
}

impl CandleRepository {
    /// A repository on `db`.
    #[must_use]
    pub fn new(db: Arc<dyn QueryExecutor>) -> Self {
        Self { db, revisions: Arc::default(), newest_seen: Arc::default() }
    }
}
