//! Behaviours of `close`.
#![allow(missing_docs, reason = "the names are the documentation; the port's docs explain them")]

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, UInt64Array};
use db_port::{DbError, Identifier, Insert, QueryExecutor, Statement};
use futures_util::TryStreamExt;
use futures_util::future::join_all;
use tokio::time::timeout;

use super::{PERMITS, Subject};
use crate::table::number;
use crate::wait::{LIMIT, until};

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

pub async fn close_refuses_calls_that_wait_for_a_permit(db: &dyn QueryExecutor) {
    db.execute(CREATE).await.unwrap();
    let endless = Statement::new("SELECT 'holds a permit' AS s FROM numbers(1000000000000)");
    let mut holders = join_all((0..PERMITS).map(|_| db.query(endless.clone()))).await;
    for holder in &mut holders {
        holder.as_mut().unwrap().try_next().await.unwrap().unwrap();
    }
    // In this order, so that the others wait when it is closed.
    let query = async { db.query(Statement::new("SELECT 1")).await.map(drop) };
    let execute = db.execute(Statement::new("INSERT INTO t VALUES (8)"));
    let insert = async { db.insert(seven()).await.map(drop) };
    let all = async { tokio::join!(biased; query, execute, insert, db.close()) };
    let (query, execute, insert, closed) = timeout(LIMIT, all).await.unwrap();
    for result in [query, execute, insert] {
        assert!(matches!(result, Err(DbError::Closed)), "{result:?}");
    }
    closed.unwrap();
    drop(holders);
    db.connect().await.unwrap();
    assert_eq!(number(db, Statement::new("SELECT count() AS n FROM t")).await, 0);
}
