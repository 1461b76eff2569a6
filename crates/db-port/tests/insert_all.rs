//! Batches that are stored one after the other.
#![allow(clippy::unwrap_used, reason = "everything here is a test")]

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use db_mock::ScriptedExecutor;
use db_port::{DbError, Identifier, QueryExecutorExt, Result};
use futures_util::stream;

const TABLE: Identifier = Identifier::from_static("bars");

fn numbers(values: &[i64]) -> RecordBatch {
    let column: ArrayRef = Arc::new(Int64Array::from(values.to_vec()));
    RecordBatch::try_from_iter([("n", column)]).unwrap()
}

#[tokio::test]
async fn each_batch_is_an_insert_and_all_rows_are_counted() {
    let db = ScriptedExecutor::new();
    db.on_insert("bars", Ok(())).on_insert("bars", Ok(()));
    let batches = [numbers(&[1, 2, 3]), numbers(&[4, 5])];
    let rows = db.insert_all(TABLE, stream::iter(batches.clone().map(Ok))).await.unwrap();
    assert_eq!(rows, 5);
    let sent: Vec<_> = db.inserts().iter().map(|insert| insert.batch().clone()).collect();
    assert_eq!(sent, batches);
}

#[tokio::test]
async fn no_batch_is_no_insert() {
    let db = ScriptedExecutor::new();
    let none: [Result<RecordBatch>; 0] = [];
    assert_eq!(db.insert_all(TABLE, stream::iter(none)).await.unwrap(), 0);
}

#[tokio::test]
async fn the_first_error_ends_it_whoever_has_it() {
    let db = ScriptedExecutor::new();
    db.on_insert("bars", Ok(())).on_insert("bars", Err(DbError::Closed));
    let batches = [1, 2, 3].map(|n| Ok(numbers(&[n])));
    let error = db.insert_all(TABLE, stream::iter(batches)).await.unwrap_err();
    assert!(matches!(error, DbError::Closed), "{error:?}");

    db.on_insert("bars", Ok(()));
    let batches = [Ok(numbers(&[1])), Err(DbError::Closed), Ok(numbers(&[3]))];
    let error = db.insert_all(TABLE, stream::iter(batches)).await.unwrap_err();
    assert!(matches!(error, DbError::Closed), "{error:?}");
    db.assert_finished();
}
