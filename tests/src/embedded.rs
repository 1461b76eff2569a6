//! Executors on the embedded engine, each with an empty database of its own.

use std::ops::Deref;
use std::sync::Arc;

use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{Identifier, QueryExecutor, Statement};

/// An empty database in memory, and an executor on it.
pub struct Fresh {
    executor: Arc<dyn QueryExecutor>,
    /// Keeps the engine open as long as the test runs, so that its memory outlives the executor,
    /// and no longer: a process must not end with its engine open.
    _keeper: ChdbExecutor,
}

impl Fresh {
    /// The executor, to share.
    #[must_use]
    pub fn shared(&self) -> Arc<dyn QueryExecutor> {
        Arc::clone(&self.executor)
    }
}

impl Deref for Fresh {
    type Target = dyn QueryExecutor;

    fn deref(&self) -> &Self::Target {
        &*self.executor
    }
}

/// An executor that was never used, on an empty database called after `test`, in memory.
///
/// # Panics
/// If the engine cannot be opened; the message says where it was looked for.
pub async fn fresh(test: &str) -> Fresh {
    fresh_with(test, |config| config).await
}

/// As [`fresh`], with a configuration of the test's own making.
///
/// # Panics
/// As [`fresh`].
pub async fn fresh_with(test: &str, configure: impl FnOnce(ChdbConfig) -> ChdbConfig) -> Fresh {
    let database = Identifier::new(test.to_owned()).unwrap();
    let create =
        Statement::new("CREATE DATABASE {database:Identifier}").bind("database", database.as_str());
    let keeper = ChdbExecutor::new(ChdbConfig::in_memory());
    if let Err(error) = keeper.execute(create).await {
        panic!("no embedded engine to test with: {error}");
    }
    let config = ChdbConfig::in_memory().with_database(database);
    Fresh { executor: Arc::new(ChdbExecutor::new(configure(config))), _keeper: keeper }
}
