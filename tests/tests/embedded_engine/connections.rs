//! Connections that serve several operations: what one leaves on its connection reaches no other.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Float64Array, Int64Array, RecordBatch};
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{DbError, Identifier, Insert, QueryExecutor, QueryExecutorExt, Statement};
use futures_util::TryStreamExt;

use crate::alone;

const T: Identifier = Identifier::from_static("t");

async fn text(db: &ChdbExecutor, statement: Statement) -> String {
    db.query_one(statement).await.unwrap().column(0).as_string::<i32>().value(0).to_owned()
}

async fn execute(db: &ChdbExecutor, sql: &'static str) {
    db.execute(Statement::new(sql)).await.unwrap();
}

/// What a statement without parameters and settings finds on its connection.
async fn state(db: &ChdbExecutor) -> String {
    let ask = "SELECT concat(getSetting('max_result_rows')::String, ' ', currentDatabase()) AS s";
    text(db, Statement::new(ask)).await
}

#[tokio::test]
async fn nothing_of_a_statement_reaches_the_next() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    execute(&db, "CREATE DATABASE other").await;
    let before = state(&db).await;
    execute(&db, "SET max_result_rows = 7").await;
    assert_eq!(state(&db).await, before, "a SET statement");
    execute(&db, "USE other").await;
    assert_eq!(state(&db).await, before, "a USE statement");
    for sql in ["SET max_result_rows = 7", "USE other", "CREATE TEMPORARY TABLE t (n Int8)"] {
        db.query_all(Statement::new(sql)).await.unwrap();
        assert_eq!(state(&db).await, before, "{sql}");
    }
    db.query_all(Statement::new("SELECT * FROM t")).await.unwrap_err();
    let set = "SELECT 'x' AS s SETTINGS max_result_rows = 7";
    assert_eq!(text(&db, Statement::new(set)).await, "x");
    assert_eq!(state(&db).await, before, "settings in a text");
    let ask = Statement::new("SELECT 'x' AS s").with_setting("max_result_rows", 7);
    assert_eq!(text(&db, ask).await, "x");
    assert_eq!(state(&db).await, before, "settings of a statement");
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_setting_that_refuses_what_comes_next_on_the_connection_is_no_hindrance() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    for (setting, value) in [("readonly", 1), ("max_query_size", 12)] {
        for _ in 0..3 {
            let ask = Statement::new("SELECT 'x'").with_setting(setting, value);
            assert_eq!(text(&db, ask).await, "x", "{setting}");
        }
    }
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_stream_that_is_dropped_at_its_end_kills_nothing_that_comes_after() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    for n in 0..200_i64 {
        let ask = Statement::new("SELECT {n:Int64} AS n").bind("n", n);
        let mut rows = db.query(ask).await.unwrap();
        if n % 2 == 0 {
            let batch = rows.try_next().await.unwrap().unwrap();
            assert_eq!(batch.column(0).as_primitive::<Int64Type>().values(), &[n]);
        }
    }
    db.close().await.unwrap();
}

fn insert(column: &'static str) -> Insert {
    let batch = RecordBatch::try_from_iter([
        ("a", Arc::new(Int64Array::from(vec![1])) as _),
        (column, Arc::new(Float64Array::from(vec![2.0])) as _),
    ]);
    Insert::new(T, batch.unwrap())
}

#[tokio::test]
async fn an_insert_meets_the_table_as_it_is_after_any_statement() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    let other = ChdbExecutor::new(ChdbConfig::in_memory());
    execute(&db, "CREATE TABLE t (a Int64, b Float64) ENGINE = MergeTree ORDER BY a").await;
    db.insert(insert("b")).await.unwrap();
    // Through an executor of its own, and through `query`, which takes any statement.
    execute(&other, "ALTER TABLE t RENAME COLUMN b TO c").await;
    let error = db.insert(insert("b")).await.unwrap_err();
    assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
    db.insert(insert("c")).await.unwrap();
    other.query_all(Statement::new("ALTER TABLE t ADD COLUMN x Int64 FIRST")).await.unwrap();
    let error = db.insert(insert("c")).await.unwrap_err();
    assert!(error.to_string().contains("column x is missing"), "{error}");
    execute(&db, "ALTER TABLE t MODIFY COLUMN x DEFAULT 5").await;
    db.insert(insert("c")).await.unwrap();
    let sum = "SELECT concat(sum(a), ' ', sum(c), ' ', sum(x)) AS s FROM t";
    assert_eq!(text(&db, Statement::new(sum)).await, "3 6 15");
    execute(&db, "DROP TABLE t SYNC").await;
    assert_eq!(db.insert(insert("c")).await.unwrap_err().code(), Some(60));
    other.close().await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_token_is_of_one_insert() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    let create = "CREATE TABLE t (a Int64, b Float64) ENGINE = MergeTree ORDER BY a \
                  SETTINGS non_replicated_deduplication_window = 100";
    execute(&db, create).await;
    let with_token = insert("b").with_deduplication_token("x");
    db.insert(with_token).await.unwrap();
    let other = RecordBatch::try_from_iter([
        ("a", Arc::new(Int64Array::from(vec![7])) as _),
        ("b", Arc::new(Float64Array::from(vec![8.0])) as _),
    ]);
    // Under the other's token it would be dropped.
    db.insert(Insert::new(T, other.unwrap())).await.unwrap();
    let count = Statement::new("SELECT count()::String AS s FROM t");
    assert_eq!(text(&db, count).await, "2");
    db.close().await.unwrap();
}
