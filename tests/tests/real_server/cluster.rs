//! A table over two shards.

use std::time::Duration;

use candlehouse_tests::cluster::Cluster;
use candlehouse_tests::number_tables::numbers;
use candlehouse_tests::table::number;
use candlehouse_tests::wait::until_running;
use db_clickhouse::{ClickHouseManager, InsertOutcome};
use db_port::{DbError, Identifier, Insert, QueryExecutor, QueryExecutorExt, Statement};

const EVERYWHERE: Identifier = Identifier::from_static("everywhere");
const ALL: Statement = Statement::new("SELECT v FROM everywhere");
/// Takes a hundredth of a second for each row.
const LOCAL: &str = "CREATE TABLE local (v Int64, t UInt8 MATERIALIZED sleepEachRow(0.01)) \
                     ENGINE = MergeTree ORDER BY v \
                     SETTINGS non_replicated_deduplication_window = 1000";
const OVER_ALL: &str =
    "CREATE TABLE everywhere (v Int64) ENGINE = Distributed(shards, default, local, v)";

struct Two {
    cluster: Cluster,
    managers: [ClickHouseManager; 2],
}

impl Two {
    async fn start() -> Self {
        let cluster = Cluster::start(2);
        let managers = [0, 1].map(|shard| {
            let config = cluster.config(shard).with_retry_base_delay(Duration::from_millis(20));
            ClickHouseManager::new(config).unwrap()
        });
        for manager in &managers {
            manager.execute(Statement::new(LOCAL)).await.unwrap();
        }
        managers[0].execute(Statement::new(OVER_ALL)).await.unwrap();
        Self { cluster, managers }
    }

    /// How many rows each shard has.
    async fn rows(&self) -> [u64; 2] {
        let count = Statement::new("SELECT count() AS n FROM local");
        let [first, second] = &self.managers;
        [number(first, count.clone()).await, number(second, count).await]
    }
}

/// Acknowledged when all of it is on its shards.
async fn insert(two: &Two, n: std::ops::Range<i64>) -> Result<(), DbError> {
    two.managers[0].insert(batch(n)).await.map(drop)
}

fn batch(n: std::ops::Range<i64>) -> Insert {
    numbers(EVERYWHERE, n).with_setting("distributed_foreground_insert", 1)
}

#[tokio::test]
async fn rows_go_to_both_shards_and_come_back_from_both() {
    let two = Two::start().await;
    insert(&two, 0..100).await.unwrap();
    assert_eq!(two.rows().await, [50, 50]);
    let sum = Statement::new("SELECT toUInt64(sum(v)) AS n FROM everywhere");
    assert_eq!(number(&two.managers[0], sum).await, 4950);
    // The same again is the same insert.
    insert(&two, 0..100).await.unwrap();
    assert_eq!(two.rows().await, [50, 50]);
    insert(&two, 100..110).await.unwrap();
    assert_eq!(two.rows().await, [55, 55]);
}

#[tokio::test]
async fn a_shard_that_is_down_is_an_error_and_never_a_short_answer() {
    let mut two = Two::start().await;
    insert(&two, 0..100).await.unwrap();
    two.cluster.kill(1);
    let error = two.managers[0].query_all(ALL).await.unwrap_err();
    assert_eq!(error.code(), Some(279), "{error}");
    // The other shard may have its part.
    let error = insert(&two, 100..110).await.unwrap_err();
    let DbError::OutcomeUnknown { source: Some(source), .. } = error else { panic!("{error:?}") };
    assert_eq!(source.downcast_ref().and_then(DbError::code), Some(210), "{source}");
    two.cluster.restart(1);
    let rows = two.managers[0].query_all(ALL).await.unwrap().num_rows();
    assert!([100, 105].contains(&rows), "{rows}");
    insert(&two, 100..110).await.unwrap();
    assert_eq!(two.rows().await, [55, 55]);
}

#[tokio::test]
async fn rows_for_a_shard_that_is_down_wait_for_it_if_they_may() {
    let mut two = Two::start().await;
    two.cluster.kill(1);
    two.managers[0].insert(numbers(EVERYWHERE, 0..100)).await.unwrap();
    two.cluster.restart(1);
    let flush = Statement::new("SYSTEM FLUSH DISTRIBUTED everywhere");
    two.managers[0].execute(flush).await.unwrap();
    assert_eq!(two.rows().await, [50, 50]);
}

#[tokio::test]
async fn the_same_batch_completes_what_a_killed_shard_left_undone() {
    let mut two = Two::start().await;
    let shards_end = async |shard: &ClickHouseManager, cluster: &mut Cluster| {
        until_running(shard, "INSERT INTO").await;
        cluster.kill(1);
    };
    let [first, second] = &two.managers;
    let (stored, ()) =
        tokio::join!(first.insert(batch(0..200)), shards_end(second, &mut two.cluster));
    let Err(DbError::OutcomeUnknown { query_id, .. }) = stored else { panic!("{stored:?}") };
    two.cluster.restart(1);
    let outcome = async || first.reconcile(&batch(0..200), &query_id).await.unwrap();
    match two.rows().await {
        [100, 0] => assert_eq!(outcome().await, InsertOutcome::Partly { stored: 100, of: 200 }),
        rows => assert_eq!((rows, outcome().await), ([0, 0], InsertOutcome::NotStored)),
    }
    insert(&two, 0..200).await.unwrap();
    assert_eq!(two.rows().await, [100, 100]);
    assert_eq!(outcome().await, InsertOutcome::Stored);
}
