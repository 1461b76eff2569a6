//! Behaviours of `health_check`.
#![allow(missing_docs, reason = "the names are the documentation; the port's docs explain them")]

use db_port::{DbError, QueryExecutor, Statement};

use crate::table::text;

pub async fn health_check_reports_the_version(db: &dyn QueryExecutor) {
    let health = db.health_check().await.unwrap();
    assert_eq!(health.version, text(db, Statement::new("SELECT version() AS s")).await);
    assert!(health.latency.as_nanos() > 0);
}

pub async fn health_check_of_a_closed_executor_fails(db: &dyn QueryExecutor) {
    db.health_check().await.unwrap();
    db.close().await.unwrap();
    let result = db.health_check().await;
    assert!(matches!(result, Err(DbError::Closed)), "{result:?}");
}
