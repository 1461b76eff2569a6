//! Executors on the embedded engine, each with an empty database of its own.

use std::sync::{Arc, OnceLock};

use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{Identifier, QueryExecutor, Statement};

/// An executor that was never used, on an empty database called after `test`, in memory.
///
/// # Panics
/// If the engine cannot be opened; the message says where it was looked for.
pub async fn fresh(test: &str) -> Arc<dyn QueryExecutor> {
    fresh_with(test, |config| config).await
}

/// As [`fresh`], with a configuration of the test's own making.
///
/// # Panics
/// As [`fresh`].
pub async fn fresh_with(
    test: &str,
    configure: impl FnOnce(ChdbConfig) -> ChdbConfig,
) -> Arc<dyn QueryExecutor> {
    let database = Identifier::new(test.to_owned()).unwrap();
    let create =
        Statement::new("CREATE DATABASE {database:Identifier}").bind("database", database.as_str());
    if let Err(error) = keeper().execute(create).await {
        panic!("no embedded engine to test with: {error}");
    }
    let config = ChdbConfig::in_memory().with_database(database);
    Arc::new(ChdbExecutor::new(configure(config)))
}

/// Holds the engine open for the whole process, so that its memory outlives single executors.
fn keeper() -> &'static ChdbExecutor {
    static KEEPER: OnceLock<ChdbExecutor> = OnceLock::new();
    KEEPER.get_or_init(|| ChdbExecutor::new(ChdbConfig::in_memory()))
}
