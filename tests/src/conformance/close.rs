//! Behaviours of `close`.
#![allow(missing_docs, reason = "the names are the documentation; the port's docs explain them")]

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, UInt64Array};
use db_port::{DbError, Identifier, Insert, QueryExecutor, Statement};

pub async fn close_is_idempotent(db: &dyn QueryExecutor) {
    db.close().await.unwrap();
    db.connect().await.unwrap();
    db.close().await.unwrap();
    db.close().await.unwrap();
    assert!(!db.is_connected());
}

pub async fn close_refuses_new_calls(db: &dyn QueryExecutor) {
    db.connect().await.unwrap();
    db.close().await.unwrap();
    let query = db.query(Statement::new("SELECT 1")).await.map(drop);
    let execute = db.execute(Statement::new("CREATE TABLE t (n UInt64) ENGINE = Memory")).await;
    let column: ArrayRef = Arc::new(UInt64Array::from(vec![1]));
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    let insert = db.insert(Insert::new(Identifier::from_static("t"), batch)).await.map(drop);
    for result in [query, execute, insert] {
        assert!(matches!(result, Err(DbError::Closed)), "{result:?}");
    }
}
