//! Behaviours of `execute`.
#![allow(missing_docs, reason = "the names are the documentation; the port's docs explain them")]

use std::time::Duration;

use db_port::{DbError, QueryExecutor, Statement};
use tokio::time::timeout;

use crate::table::number;
use crate::wait::{LIMIT, until_ended, until_running};

pub async fn execute_changes_the_database(db: &dyn QueryExecutor) {
    db.execute(Statement::new("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n"))
        .await
        .unwrap();
    let fill = Statement::new("INSERT INTO t SELECT number FROM numbers({rows:UInt64})");
    db.execute(fill.bind("rows", 10_u64)).await.unwrap();
    assert_eq!(number(db, Statement::new("SELECT sum(n) AS n FROM t")).await, 45);
}

pub async fn execute_errors_carry_the_code(db: &dyn QueryExecutor) {
    let error = db.execute(Statement::new("DROP TABLE no_such_table")).await.unwrap_err();
    assert_eq!(error.code(), Some(60), "{error}");
    assert!(error.to_string().contains("no_such_table"), "{error}");
    let error = db.execute(Statement::new("CREATE TABLE (")).await.unwrap_err();
    assert_eq!(error.code(), Some(62), "{error}");
}

/// Does not end by itself, and makes `table`.
fn endless(table: &str) -> Statement {
    Statement::from_audited_text(format!(
        "CREATE TABLE {table} ENGINE = Memory AS \
         SELECT number FROM numbers(1000000000000) WHERE sipHash64(number) = 1"
    ))
}

pub async fn execute_ends_when_its_future_is_dropped(db: &dyn QueryExecutor) {
    tokio::select! {
        ended = db.execute(endless("dropped_execute")) => panic!("{ended:?}"),
        () = until_running(db, "dropped_execute") => {}
    }
    until_ended(db, "dropped_execute").await;
}

pub async fn execute_ends_at_its_timeout(db: &dyn QueryExecutor) {
    db.connect().await.unwrap();
    let late = db.execute(endless("late_execute").with_timeout(Duration::from_secs(3)));
    let late = timeout(LIMIT, late);
    let (late, ()) = tokio::join!(late, until_running(db, "late_execute"));
    let late = late.unwrap();
    assert!(matches!(late, Err(DbError::OutcomeUnknown { .. })), "{late:?}");
    until_ended(db, "late_execute").await;
}
