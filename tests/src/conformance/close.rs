//! Behaviours of `close`.
#![allow(missing_docs, reason = "the names are the documentation; the port's docs explain them")]

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, UInt64Array};
use db_port::{DbError, Identifier, Insert, Statement};

use super::Subject;
use crate::wait::until;

const CREATE: Statement = Statement::new("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n");

fn seven() -> Insert {
    let column: ArrayRef = Arc::new(UInt64Array::from(vec![7]));
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    Insert::new(Identifier::from_static("t"), batch)
}

pub async fn close_is_idempotent(db: &Subject) {
    db.close().await.unwrap();
    db.connect().await.unwrap();
    assert!(db.peer().opened() > 0);
    db.close().await.unwrap();
    db.close().await.unwrap();
    assert!(!db.is_connected());
    until("nothing is open", async || db.peer().open() == 0).await;
}

pub async fn close_refuses_new_calls(db: &Subject) {
    db.execute(CREATE).await.unwrap();
    db.close().await.unwrap();
    let query = db.query(Statement::new("SELECT 1")).await.map(drop);
    let execute = db.execute(Statement::new("TRUNCATE TABLE t")).await;
    let insert = db.insert(seven()).await.map(drop);
    for result in [query, execute, insert] {
        assert!(matches!(result, Err(DbError::Closed)), "{result:?}");
    }
    until("nothing is open", async || db.peer().open() == 0).await;
}
