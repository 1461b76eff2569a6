//! A table of numbers to work with.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, UInt64Array};
use candlehouse_tests::table;
use db_port::{Identifier, Insert, QueryExecutor, RecordStream, Result, Statement};
use futures_util::TryStreamExt;

pub(crate) async fn create(db: &dyn QueryExecutor) {
    let sql = "CREATE TABLE IF NOT EXISTS numbers (n UInt64) ENGINE = MergeTree ORDER BY n";
    db.execute(Statement::new(sql)).await.unwrap();
}

pub(crate) fn insert(numbers: impl IntoIterator<Item = u64>) -> Insert {
    let column: ArrayRef = Arc::new(UInt64Array::from_iter_values(numbers));
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    Insert::new(Identifier::from_static("numbers"), batch)
}

pub(crate) async fn count(db: &dyn QueryExecutor) -> u64 {
    table::number(db, Statement::new("SELECT count() AS n FROM numbers")).await
}

/// A query without an end, of which the first rows have arrived.
pub(crate) async fn endless(db: &dyn QueryExecutor) -> RecordStream {
    let mut rows = db.query(endless_rows()).await.unwrap();
    rows.try_next().await.unwrap().unwrap();
    rows
}

pub(crate) fn endless_rows() -> Statement {
    bounded(Statement::new("SELECT number AS n FROM numbers(1000000000000)"))
}

/// A query that works without an end and never has a row.
pub(crate) fn endless_work() -> Statement {
    let sql = "SELECT number AS n FROM numbers(1000000000000) WHERE sipHash64(number) = 1";
    bounded(Statement::new(sql))
}

/// Ends after two minutes, so that a test in which nothing else ends it fails and does not hang.
pub(crate) fn bounded(statement: Statement) -> Statement {
    statement.with_setting("max_execution_time", 120)
}

pub(crate) async fn works(db: &dyn QueryExecutor) -> Result<()> {
    let rows = db.query(Statement::new("SELECT 1 AS n")).await?;
    rows.try_collect::<Vec<_>>().await.map(drop)
}
