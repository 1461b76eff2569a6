//! The server adapter on a server: volume, bad input, and text that wants to be a statement.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod altered_tables;
mod bad_input;
mod hostile_text;
mod inserts;
mod reconcile;

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use candlehouse_tests::table::number;
use db_port::{Identifier, QueryExecutor, Statement};

const T: Identifier = Identifier::from_static("t");

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

fn numbers(values: impl IntoIterator<Item = i64>) -> RecordBatch {
    batch(vec![("n", Arc::new(values.into_iter().collect::<Int64Array>()))])
}

async fn create(db: &dyn QueryExecutor, sql: &'static str) {
    db.execute(Statement::new(sql)).await.unwrap();
}

async fn count(db: &dyn QueryExecutor) -> u64 {
    number(db, Statement::new("SELECT count() AS n FROM t")).await
}
