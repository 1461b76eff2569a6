//! FR-004: batches of any number of rows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use candlehouse_tests::server::temp_database;
use candlehouse_tests::table::number;
use db_port::{Insert, QueryExecutor, QueryExecutorExt, Statement};
use futures_util::stream;

use crate::{T, count, create, numbers};

const BATCH: i64 = Insert::MAX_ATOMIC_ROWS as i64;

#[tokio::test]
async fn fr_004_a_million_rows_are_stored_with_one_batch_in_memory() {
    let db = temp_database("fr_004_a_million_rows").await;
    create(&*db, "CREATE TABLE t (n Int64) ENGINE = MergeTree ORDER BY n").await;
    let executor: Arc<dyn QueryExecutor> = db.shared();
    let made = Arc::new(AtomicU64::new(0));
    let counted = {
        let (db, made) = (db.shared(), Arc::clone(&made));
        stream::unfold(0, move |next| {
            let (db, made) = (Arc::clone(&db), Arc::clone(&made));
            async move {
                if next == 5 * BATCH {
                    return None;
                }
                // Whoever makes the next batch finds every earlier one acknowledged and visible.
                assert_eq!(count(&*db).await, made.load(Ordering::SeqCst));
                made.fetch_add(BATCH as u64, Ordering::SeqCst);
                Some((Ok(numbers(next..next + BATCH)), next + BATCH))
            }
        })
    };
    assert_eq!(executor.insert_all(T, counted).await.unwrap(), 5 * BATCH as u64);
    let sum = number(&*db, Statement::new("SELECT toUInt64(sum(n)) AS n FROM t")).await;
    let rows = 5 * BATCH as u64;
    assert_eq!((count(&*db).await, sum), (rows, rows * (rows - 1) / 2));
}

#[tokio::test]
async fn fr_004_a_batch_is_stored_as_a_whole_or_not_at_all() {
    let db = temp_database("fr_004_all_or_nothing").await;
    create(
        &*db,
        "CREATE TABLE t (n Int64, CONSTRAINT small CHECK n < 199999) ENGINE = MergeTree ORDER BY n",
    )
    .await;
    let error = db.insert(Insert::new(T, numbers(0..BATCH))).await.unwrap_err();
    assert_eq!(error.code(), Some(469), "{error}");
    assert!(error.to_string().contains("small"), "{error}");
    assert_eq!(count(&*db).await, 0);
    db.insert(Insert::new(T, numbers(0..BATCH - 1))).await.unwrap();
    assert_eq!(count(&*db).await, 199_999);
}

#[tokio::test]
async fn fr_004_a_batch_over_too_many_partitions_is_refused_and_not_repeated() {
    let db = temp_database("fr_004_partitions").await;
    create(&*db, "CREATE TABLE t (n Int64) ENGINE = MergeTree ORDER BY n PARTITION BY n").await;
    let error = db.insert(Insert::new(T, numbers(0..200)).idempotent()).await.unwrap_err();
    assert_eq!(error.code(), Some(252), "{error}");
    assert_eq!(count(&*db).await, 0);
}

#[tokio::test]
async fn rows_that_the_server_drops_or_adds_up_or_copies_later_are_no_loss() {
    for (name, engine) in [
        ("plain", "MergeTree ORDER BY n"),
        ("window", "MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100"),
        ("replacing", "ReplacingMergeTree ORDER BY tuple()"),
        ("summing", "SummingMergeTree ORDER BY tuple()"),
        ("expired", "MergeTree ORDER BY n TTL toDateTime(n) + INTERVAL 1 SECOND"),
        ("nothing", "Null"),
        ("memory", "Memory"),
    ] {
        let db = temp_database(&format!("no_loss_{name}")).await;
        let sql = format!("CREATE TABLE t (n Int64) ENGINE = {engine}");
        db.execute(Statement::from_audited_text(sql)).await.unwrap();
        create(&*db, "CREATE TABLE copy (n Int64) ENGINE = MergeTree ORDER BY n").await;
        let view = "CREATE MATERIALIZED VIEW v TO copy AS SELECT n FROM t WHERE n = 7";
        create(&*db, view).await;
        for _ in 0..2 {
            // The server may cut it into blocks as it likes.
            let insert =
                Insert::new(T, numbers(0..1000)).with_setting("max_insert_block_size", 100);
            assert_eq!(db.insert(insert).await.unwrap().rows, 1000, "{name}");
        }
    }
}
