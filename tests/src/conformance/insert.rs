//! Behaviours of `insert`.
#![allow(missing_docs, reason = "the names are the documentation; the port's docs explain them")]

use std::sync::Arc;
use std::time::Duration;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch,
    StringArray, TimestampMillisecondArray, UInt64Array,
};
use db_port::{DbError, Identifier, Insert, QueryExecutor, QueryExecutorExt, Statement};
use tokio::time::timeout;

use crate::table::{array, number, text};
use crate::wait::{LIMIT, until_inserting};

const T: Identifier = Identifier::from_static("t");

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let nullable = columns.into_iter().map(|(name, array)| (name, array, true));
    RecordBatch::try_from_iter_with_nullable(nullable).unwrap()
}

fn ints(values: Vec<i64>) -> ArrayRef {
    Arc::new(Int64Array::from(values))
}

async fn create(db: &dyn QueryExecutor) {
    let sql = "CREATE TABLE t (a Int64, b Float64 DEFAULT 1.5, c Nullable(String)) \
               ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100";
    db.execute(Statement::new(sql)).await.unwrap();
}

async fn count(db: &dyn QueryExecutor) -> u64 {
    number(db, Statement::new("SELECT count() AS n FROM t")).await
}

async fn assert_refused(db: &dyn QueryExecutor, batch: RecordBatch, column: &str) {
    create(db).await;
    let error = db.insert(Insert::new(T, batch)).await.unwrap_err();
    assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
    assert!(error.to_string().contains(column), "{error}");
    assert_eq!(count(db).await, 0);
}

pub async fn insert_stores_every_value(db: &dyn QueryExecutor) {
    db.execute(Statement::new(
        "CREATE TABLE t (i Int64, u UInt64, f Float64, s String, l LowCardinality(String), \
         b Bool, t DateTime64(3, 'UTC'), d Nullable(Date32), m Nullable(Decimal(38, 18)), \
         n Nullable(String)) ENGINE = MergeTree ORDER BY u",
    ))
    .await
    .unwrap();
    let times = TimestampMillisecondArray::from(vec![-2_208_988_800_000, 0, 10_413_791_999_999]);
    let decimals = Decimal128Array::from(vec![Some(1), None, Some(-(10_i128.pow(37)))]);
    let sent = batch(vec![
        ("i", ints(vec![i64::MIN, 0, i64::MAX])),
        ("u", Arc::new(UInt64Array::from(vec![0, 1, u64::MAX]))),
        ("f", Arc::new(Float64Array::from(vec![-0.0, 0.1 + 0.2, f64::MAX]))),
        ("s", Arc::new(StringArray::from(vec!["", "it's \\ \0 \n", "\u{1F600}"]))),
        ("l", Arc::new(StringArray::from(vec!["x", "y", "x"]))),
        ("b", Arc::new(BooleanArray::from(vec![true, false, true]))),
        ("t", Arc::new(times.with_timezone("UTC"))),
        ("d", Arc::new(Date32Array::from(vec![Some(-25_567), None, Some(120_529)]))),
        ("m", Arc::new(decimals.with_precision_and_scale(38, 18).unwrap())),
        ("n", Arc::new(StringArray::from(vec![None, Some(""), Some("x")]))),
    ]);
    assert_eq!(db.insert(Insert::new(T, sent.clone())).await.unwrap().rows, 3);
    let stored = db.query_all(Statement::new("SELECT * FROM t ORDER BY u")).await.unwrap();
    for (position, field) in sent.schema().fields().iter().enumerate() {
        assert_eq!(stored.column(position), sent.column(position), "{}", field.name());
    }
}

pub async fn insert_matches_columns_by_name(db: &dyn QueryExecutor) {
    create(db).await;
    let sent = batch(vec![
        ("c", Arc::new(StringArray::from(vec!["c"]))),
        ("a", ints(vec![7])),
        ("b", Arc::new(Float64Array::from(vec![2.5]))),
    ]);
    db.insert(Insert::new(T, sent)).await.unwrap();
    let row = db.query_one(Statement::new("SELECT a, b, c FROM t")).await.unwrap();
    assert_eq!(array::<Int64Array>(&row, "a").value(0), 7);
    assert_eq!(array::<Float64Array>(&row, "b").value(0), 2.5);
    assert_eq!(array::<StringArray>(&row, "c").value(0), "c");
}

pub async fn insert_fills_missing_columns(db: &dyn QueryExecutor) {
    create(db).await;
    let summary = db.insert(Insert::new(T, batch(vec![("a", ints(vec![1, 2]))]))).await.unwrap();
    assert_eq!(summary.rows, 2);
    let stored = text(db, Statement::new("SELECT toString(groupArray((a, b, c))) AS s FROM t"));
    assert_eq!(stored.await, "[(1,1.5,NULL),(2,1.5,NULL)]");
}

pub async fn insert_refuses_a_missing_column_without_default(db: &dyn QueryExecutor) {
    assert_refused(db, batch(vec![("b", Arc::new(Float64Array::from(vec![1.0])))]), "column a")
        .await;
}

pub async fn insert_refuses_an_unknown_column(db: &dyn QueryExecutor) {
    assert_refused(db, batch(vec![("a", ints(vec![1])), ("x", ints(vec![1]))]), "column x").await;
}

pub async fn insert_refuses_another_type(db: &dyn QueryExecutor) {
    let text: ArrayRef = Arc::new(StringArray::from(vec!["1"]));
    assert_refused(db, batch(vec![("a", text)]), "column a").await;
}

pub async fn insert_refuses_null_in_a_plain_column(db: &dyn QueryExecutor) {
    let null: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.0), None]));
    assert_refused(db, batch(vec![("a", ints(vec![1, 2])), ("b", null)]), "column b").await;
}

pub async fn insert_into_a_missing_table_is_an_error(db: &dyn QueryExecutor) {
    let error = db.insert(Insert::new(T, batch(vec![("a", ints(vec![1]))]))).await.unwrap_err();
    assert_eq!(error.code(), Some(60), "{error}");
}

pub async fn insert_of_no_rows_is_acknowledged(db: &dyn QueryExecutor) {
    create(db).await;
    let summary = db.insert(Insert::new(T, batch(vec![("a", ints(vec![]))]))).await.unwrap();
    assert_eq!(summary.rows, 0);
    assert_eq!(count(db).await, 0);
}

pub async fn insert_with_a_known_token_is_stored_once(db: &dyn QueryExecutor) {
    create(db).await;
    let insert = |token: &str| {
        Insert::new(T, batch(vec![("a", ints(vec![1, 2]))])).with_deduplication_token(token)
    };
    for (token, rows) in [("one", 2), ("one", 2), ("two", 4), ("it's", 6), ("it's", 6)] {
        assert_eq!(db.insert(insert(token)).await.unwrap().rows, 2);
        assert_eq!(count(db).await, rows, "{token}");
    }
    // With every column of the table, which an adapter may store by another way.
    let whole = batch(vec![
        ("a", ints(vec![1, 2])),
        ("b", Arc::new(Float64Array::from(vec![2.5, 3.5]))),
        ("c", Arc::new(StringArray::from(vec!["c", "d"]))),
    ]);
    for (token, rows) in [("one", 8), ("one", 8), ("two", 10), ("one", 10)] {
        let insert = Insert::new(T, whole.clone()).with_deduplication_token(token);
        assert_eq!(db.insert(insert).await.unwrap().rows, 2);
        assert_eq!(count(db).await, rows, "{token}, every column");
    }
}

pub async fn insert_of_other_rows_under_a_known_token_is_stored(db: &dyn QueryExecutor) {
    create(db).await;
    for (rows, stored) in [(vec![1, 2], 2), (vec![3], 3), (vec![1, 2], 3), (vec![2, 1], 5)] {
        let sent = batch(vec![("a", ints(rows))]);
        db.insert(Insert::new(T, sent).with_deduplication_token("same")).await.unwrap();
        assert_eq!(count(db).await, stored);
    }
}

/// Takes longer than anybody waits, into an empty table.
async fn slow(db: &dyn QueryExecutor) -> Insert {
    let sql = "CREATE TABLE t (a Int64, CONSTRAINT slow CHECK sleepEachRow(1) = 0) \
               ENGINE = MergeTree ORDER BY a";
    db.execute(Statement::new(sql)).await.unwrap();
    Insert::new(T, batch(vec![("a", ints((0..1000).collect()))]))
        .with_setting("function_sleep_max_microseconds_per_block", 2_000_000_000)
}

pub async fn insert_ends_when_its_future_is_dropped(db: &dyn QueryExecutor) {
    let insert = slow(db).await;
    tokio::select! {
        stored = db.insert(insert) => panic!("{stored:?}"),
        () = until_inserting(db, 1) => {}
    }
    until_inserting(db, 0).await;
    assert_eq!(count(db).await, 0);
}

pub async fn insert_ends_at_its_timeout(db: &dyn QueryExecutor) {
    let late = db.insert(slow(db).await.with_timeout(Duration::from_secs(3)));
    let (late, ()) = tokio::join!(timeout(LIMIT, late), until_inserting(db, 1));
    let late = late.unwrap();
    assert!(matches!(late, Err(DbError::OutcomeUnknown { .. })), "{late:?}");
    until_inserting(db, 0).await;
    assert_eq!(count(db).await, 0);
}
