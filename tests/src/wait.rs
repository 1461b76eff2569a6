//! Waiting for what has to come. A test that waits in vain fails.

use std::time::Duration;

use db_port::{QueryExecutor, Statement};
use tokio::time::{Instant, sleep};

use crate::table::number;

/// Longer than anything takes that does not hang.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Waits until it is `done`.
///
/// # Panics
/// If that takes longer than [`LIMIT`].
pub async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + LIMIT;
    while !done().await {
        assert!(Instant::now() < end, "waited {LIMIT:?} until {what}");
        sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until the database runs a statement with `part` in its text.
///
/// # Panics
/// If that takes longer than [`LIMIT`].
pub async fn until_running(db: &dyn QueryExecutor, part: &str) {
    until(&format!("{part} runs"), async || running(db, part).await > 0).await;
}

/// Waits until the database runs no statement with `part` in its text.
///
/// # Panics
/// If that takes longer than [`LIMIT`].
pub async fn until_ended(db: &dyn QueryExecutor, part: &str) {
    until(&format!("{part} has ended"), async || running(db, part).await == 0).await;
}

/// Waits until `count` statements run in the executor's database, beside the question.
///
/// # Panics
/// If that takes longer than [`LIMIT`].
pub async fn until_number_running(db: &dyn QueryExecutor, count: u64) {
    const RUNNING: Statement = Statement::new(
        "SELECT count() AS n FROM system.processes WHERE current_database = currentDatabase() \
         AND position(query, 'system.processes') = 0",
    );
    until(&format!("{count} statements run"), async || number(db, RUNNING).await == count).await;
}

/// Waits until `count` inserts run in the executor's database.
///
/// # Panics
/// If that takes longer than [`LIMIT`].
pub async fn until_inserting(db: &dyn QueryExecutor, count: u64) {
    const INSERTING: Statement = Statement::new(
        "SELECT count() AS n FROM system.processes WHERE current_database = currentDatabase() \
         AND startsWith(query, 'INSERT')",
    );
    until(&format!("{count} inserts run"), async || number(db, INSERTING).await == count).await;
}

async fn running(db: &dyn QueryExecutor, part: &str) -> u64 {
    const RUNNING: Statement = Statement::new(
        "SELECT count() AS n FROM system.processes \
         WHERE position(query, {part:String}) > 0 AND position(query, 'system.processes') = 0",
    );
    number(db, RUNNING.bind("part", part)).await
}
