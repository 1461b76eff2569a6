//! The two ways of rows into the engine: all columns at once, or some of them through a table between.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use candlehouse_tests::table::number;
use candlehouse_tests::wait::until;
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{DbError, Identifier, Insert, Phase, QueryExecutor, Statement};

use crate::alone;

/// Rows of the columns `a` and `b`, or of `a` alone.
fn batch(rows: &[i64], columns: &[&str]) -> RecordBatch {
    let column: ArrayRef = Arc::new(Int64Array::from(rows.to_vec()));
    RecordBatch::try_from_iter(columns.iter().map(|name| (*name, Arc::clone(&column)))).unwrap()
}

const ALL: &[&str] = &["b", "a"];
const SOME: &[&str] = &["a"];

async fn create(db: &ChdbExecutor, table: &str) {
    let sql = format!(
        "CREATE TABLE {table} (a Int64, b Int64 DEFAULT 7) ENGINE = MergeTree ORDER BY a \
         SETTINGS non_replicated_deduplication_window = 100"
    );
    db.execute(Statement::from_audited_text(sql)).await.unwrap();
}

async fn count(db: &ChdbExecutor, table: &str) -> u64 {
    let sql = format!("SELECT count() AS n FROM {table}");
    number(db, Statement::from_audited_text(sql)).await
}

#[tokio::test]
async fn the_largest_batch_is_stored_as_a_whole_or_not_at_all() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    let last = Insert::MAX_ATOMIC_ROWS as i64 - 1;
    let create = format!(
        "CREATE TABLE largest (a Int64, b Int64, CONSTRAINT small CHECK a < {last}) \
         ENGINE = MergeTree ORDER BY a"
    );
    db.execute(Statement::from_audited_text(create)).await.unwrap();
    let insert = |rows: std::ops::Range<i64>| {
        Insert::new(Identifier::from_static("largest"), batch(&rows.collect::<Vec<_>>(), ALL))
    };
    assert_eq!(db.insert(insert(0..last + 1)).await.unwrap_err().code(), Some(469));
    assert_eq!(count(&db, "largest").await, 0);
    db.insert(insert(-1..last)).await.unwrap();
    let parts = "SELECT count() AS n FROM system.parts WHERE active AND table = 'largest'";
    assert_eq!(number(&db, Statement::new(parts)).await, 1);
    assert_eq!(count(&db, "largest").await, Insert::MAX_ATOMIC_ROWS as u64);
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_repeated_token_is_stored_once_with_all_columns_and_with_some() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    for (table, columns) in [("all_columns", ALL), ("some_columns", SOME)] {
        create(&db, table).await;
        for (token, rows, stored) in [
            (Some("one"), [1, 2], 2),
            (Some("one"), [1, 2], 2),
            (Some("one"), [3, 4], 4),
            (Some("two"), [1, 2], 6),
            (Some("two"), [1, 2], 6),
        ] {
            let insert =
                Insert::new(Identifier::new(table.to_owned()).unwrap(), batch(&rows, columns));
            let insert = match token {
                Some(token) => insert.with_deduplication_token(token),
                None => insert,
            };
            assert_eq!(db.insert(insert).await.unwrap().rows, 2);
            assert_eq!(count(&db, table).await, stored, "{table}, {token:?}, {rows:?}");
        }
    }
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_table_of_any_name_takes_a_batch_that_lacks_columns() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    let table = Identifier::from_static("candlehouse_staging");
    create(&db, table.as_str()).await;
    create(&db, "other").await;
    let insert = Insert::new(Identifier::from_static("other"), batch(&[1, 2, 3], SOME));
    db.insert(insert).await.unwrap();
    assert_eq!((count(&db, "other").await, count(&db, table.as_str()).await), (3, 0));
    db.insert(Insert::new(table.clone(), batch(&[1, 2], SOME))).await.unwrap();
    assert_eq!(count(&db, table.as_str()).await, 2);
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_late_insert_or_statement_has_an_unknown_outcome() {
    const LIMIT: Duration = Duration::from_millis(300);
    let _engine = alone().await;
    let db = ChdbExecutor::new(ChdbConfig::in_memory().with_setting("max_execution_time", 120));
    create(&db, "late").await;
    // Whatever comes into the table is counted without an end.
    let view = "CREATE MATERIALIZED VIEW endless ENGINE = Memory AS \
                SELECT count() AS n FROM late, numbers(1000000000000) AS all WHERE sipHash64(number) = a";
    db.execute(Statement::new(view)).await.unwrap();
    let insert = |columns| {
        Insert::new(Identifier::from_static("late"), batch(&[1, 2], columns)).with_timeout(LIMIT)
    };
    let statement = Statement::new("INSERT INTO late (a) VALUES (3)").with_timeout(LIMIT);
    for (what, result) in [
        ("the insert into late", db.insert(insert(ALL)).await.map(drop)),
        ("the insert into late", db.insert(insert(SOME)).await.map(drop)),
        ("the statement", db.execute(statement).await),
    ] {
        let Err(DbError::OutcomeUnknown { what: which, source: Some(source), query_id }) = result
        else {
            panic!("{what}: {result:?}")
        };
        assert_eq!(which, what);
        let late = DbError::Timeout { phase: Phase::Request, limit: LIMIT };
        assert_eq!(source.to_string(), late.to_string());
        let running = "SELECT count() AS n FROM system.processes WHERE \
                       Settings['log_comment'] = {id:String}";
        let running = Statement::new(running).bind("id", query_id);
        until("it has ended", async || number(&db, running.clone()).await == 0).await;
    }
    db.close().await.unwrap();
}
