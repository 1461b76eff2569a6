//! Behaviours of `connect` and `is_connected`.
#![allow(missing_docs, reason = "the names are the documentation; the port's docs explain them")]

use db_port::{QueryExecutor, Statement};

use crate::table::number;

pub async fn connect_is_lazy(db: &dyn QueryExecutor) {
    assert!(!db.is_connected());
}

pub async fn connect_is_idempotent(db: &dyn QueryExecutor) {
    db.connect().await.unwrap();
    db.connect().await.unwrap();
    assert!(db.is_connected());
    assert_eq!(number(db, Statement::new("SELECT toUInt64(1) AS n")).await, 1);
}

pub async fn connect_happens_at_first_use(db: &dyn QueryExecutor) {
    assert_eq!(number(db, Statement::new("SELECT toUInt64(7) AS n")).await, 7);
    assert!(db.is_connected());
}

pub async fn connect_reopens_after_close(db: &dyn QueryExecutor) {
    db.connect().await.unwrap();
    db.close().await.unwrap();
    assert!(!db.is_connected());
    db.connect().await.unwrap();
    assert_eq!(number(db, Statement::new("SELECT toUInt64(7) AS n")).await, 7);
}
