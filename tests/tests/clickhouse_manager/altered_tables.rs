//! Inserts into a table that somebody else has just altered. What the adapter remembers of the
//! table must not refuse what the table takes, and must not be believed for long.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::{ArrayRef, Float64Array, Int64Array};
use candlehouse_tests::server::{TempDatabase, temp_database_with};
use candlehouse_tests::table::number;
use db_clickhouse::ClickHouseManager;
use db_port::{DbError, Insert, Result, Statement};
use tokio::time::sleep;

use crate::{T, batch, count, create, numbers};

/// Longer than a table is remembered.
const FORGOTTEN: Duration = Duration::from_millis(2100);

/// Two executors on a table that the first has inserted one row into.
struct Altered {
    db: TempDatabase,
    other: ClickHouseManager,
}

impl Altered {
    async fn new(test: &str, table: &'static str) -> Self {
        let mut config = None;
        let db = temp_database_with(test, |own| config.insert(own).clone()).await;
        let other = ClickHouseManager::new(config.unwrap()).unwrap();
        create(&other, table).await;
        db.insert(Insert::new(T, numbers([1]))).await.unwrap();
        Self { db, other }
    }

    /// Changes the table behind the first executor's back.
    async fn alter(&self, sql: &'static str) {
        create(&self.other, sql).await;
    }

    async fn insert(&self, columns: Vec<(&str, ArrayRef)>) -> Result<()> {
        self.db.insert(Insert::new(T, batch(columns))).await.map(drop)
    }

    async fn sum_of_m(&self) -> u64 {
        number(&*self.db, Statement::new("SELECT toUInt64(sum(m)) AS n FROM t")).await
    }
}

fn ints(value: i64) -> ArrayRef {
    Arc::new(Int64Array::from(vec![value]))
}

fn floats(value: f64) -> ArrayRef {
    Arc::new(Float64Array::from(vec![value]))
}

fn is_refused(result: Result<()>, column: &str) {
    let Err(error @ DbError::InvalidInput { .. }) = result else { panic!("{result:?}") };
    assert!(error.to_string().contains(&format!("column {column}")), "{error}");
}

#[tokio::test]
async fn a_column_that_was_added_is_filled_and_can_be_filled_at_once() {
    let table = "CREATE TABLE t (n Int64) ENGINE = MergeTree ORDER BY n";
    let t = Altered::new("a_column_was_added", table).await;
    t.alter("ALTER TABLE t ADD COLUMN m Int64 DEFAULT 7").await;
    t.insert(vec![("n", ints(2))]).await.unwrap();
    assert_eq!(t.sum_of_m().await, 14);
    t.insert(vec![("n", ints(3)), ("m", ints(100))]).await.unwrap();
    assert_eq!(t.sum_of_m().await, 114);
}

#[tokio::test]
async fn a_column_that_was_added_without_a_default_is_missed_before_long() {
    let table = "CREATE TABLE t (n Int64) ENGINE = MergeTree ORDER BY n";
    let t = Altered::new("a_column_without_default", table).await;
    t.alter("ALTER TABLE t ADD COLUMN m Int64").await;
    sleep(FORGOTTEN).await;
    is_refused(t.insert(vec![("n", ints(2))]).await, "m is missing");
    t.insert(vec![("n", ints(2)), ("m", ints(7))]).await.unwrap();
    t.alter("ALTER TABLE t MODIFY COLUMN m Int64 DEFAULT 100").await;
    t.insert(vec![("n", ints(3))]).await.unwrap();
    // The row that was there before has the default too.
    assert_eq!(t.sum_of_m().await, 100 + 7 + 100);
}

#[tokio::test]
async fn what_this_executor_alters_itself_is_seen_at_once() {
    let table = "CREATE TABLE t (n Int64) ENGINE = MergeTree ORDER BY n";
    let t = Altered::new("what_it_alters_itself", table).await;
    create(&*t.db, "ALTER TABLE t ADD COLUMN m Int64").await;
    is_refused(t.insert(vec![("n", ints(2))]).await, "m is missing");
    create(&*t.db, "ALTER TABLE t MODIFY COLUMN m Float64").await;
    is_refused(t.insert(vec![("n", ints(2)), ("m", ints(7))]).await, "m of the insert");
    assert_eq!(count(&*t.db).await, 1);
}

#[tokio::test]
async fn a_column_that_was_dropped_is_refused_and_nothing_is_stored() {
    let table = "CREATE TABLE t (n Int64, m Int64 DEFAULT 0) ENGINE = MergeTree ORDER BY n";
    let t = Altered::new("a_column_was_dropped", table).await;
    t.insert(vec![("n", ints(2)), ("m", ints(2))]).await.unwrap();
    t.alter("ALTER TABLE t DROP COLUMN m").await;
    is_refused(t.insert(vec![("n", ints(3)), ("m", ints(3))]).await, "m of the insert");
    assert_eq!(count(&*t.db).await, 2);
    t.insert(vec![("n", ints(3))]).await.unwrap();
}

#[tokio::test]
async fn a_column_of_another_type_takes_the_new_type_at_once_and_the_old_not_for_long() {
    let table = "CREATE TABLE t (n Int64, m Int64 DEFAULT 0) ENGINE = MergeTree ORDER BY n";
    let t = Altered::new("a_column_of_another_type", table).await;
    t.alter("ALTER TABLE t MODIFY COLUMN m Float64").await;
    t.insert(vec![("n", ints(2)), ("m", floats(7.0))]).await.unwrap();
    is_refused(t.insert(vec![("n", ints(3)), ("m", ints(7))]).await, "m of the insert");
    t.alter("ALTER TABLE t MODIFY COLUMN m Int64").await;
    sleep(FORGOTTEN).await;
    is_refused(t.insert(vec![("n", ints(3)), ("m", floats(7.0))]).await, "m of the insert");
    assert_eq!(t.sum_of_m().await, 7);
}

#[tokio::test]
async fn a_table_that_was_created_again_is_another_one() {
    let table = "CREATE TABLE t (n Int64) ENGINE = MergeTree ORDER BY n";
    let t = Altered::new("a_table_created_again", table).await;
    t.alter("DROP TABLE t").await;
    let error = t.insert(vec![("n", ints(2))]).await.unwrap_err();
    assert_eq!(error.code(), Some(60), "{error}");
    t.alter(table).await;
    t.insert(vec![("n", ints(2))]).await.unwrap();
    t.alter("DROP TABLE t").await;
    t.alter("CREATE TABLE t (m Int64) ENGINE = MergeTree ORDER BY m").await;
    is_refused(t.insert(vec![("n", ints(2))]).await, "n of the insert");
    t.insert(vec![("m", ints(9))]).await.unwrap();
    assert_eq!((count(&*t.db).await, t.sum_of_m().await), (1, 9));
}
