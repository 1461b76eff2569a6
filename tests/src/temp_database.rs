//! What a test holds while it uses a database.

use std::ops::Deref;
use std::sync::Arc;

use db_port::QueryExecutor;

/// An executor on an empty database, and what keeps the database there as long as the test runs.
pub struct TempDatabase<K> {
    executor: Arc<dyn QueryExecutor>,
    _keeper: K,
}

impl<K> TempDatabase<K> {
    /// An executor that was not used yet, and what its database needs.
    pub fn new(executor: impl QueryExecutor, keeper: K) -> Self {
        Self { executor: Arc::new(executor), _keeper: keeper }
    }

    /// The executor, to share.
    #[must_use]
    pub fn shared(&self) -> Arc<dyn QueryExecutor> {
        Arc::clone(&self.executor)
    }
}

impl<K> Deref for TempDatabase<K> {
    type Target = dyn QueryExecutor;

    fn deref(&self) -> &Self::Target {
        &*self.executor
    }
}
