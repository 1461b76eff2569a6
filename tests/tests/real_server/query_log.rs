//! The server's log counts the adapter's attempts.

use std::time::Duration;

use candlehouse_tests::fault::Fault;
use candlehouse_tests::number_tables::{PLAIN, WINDOWED, numbers};
use candlehouse_tests::query_log::Logged;
use db_clickhouse::{ClickHouseConfig, InsertOutcome};
use db_port::{DbError, QueryExecutor, QueryExecutorExt, Statement};

use crate::harness::Harness;

fn quick(config: ClickHouseConfig) -> ClickHouseConfig {
    config.with_retry_base_delay(Duration::from_millis(10)).with_max_retries(5)
}

/// The numbers of the attempts, all of one call, that started.
fn attempts(logged: &[Logged]) -> Vec<u32> {
    let parts = logged.iter().map(|logged| logged.query_id.rsplit_once('-').unwrap());
    let (calls, numbers): (Vec<_>, Vec<_>) = parts.unzip();
    assert!(calls.iter().all(|call| *call == calls[0] && call.len() == 36), "{logged:#?}");
    assert!(logged.iter().all(|logged| logged.started), "{logged:#?}");
    numbers.iter().map(|number| number.parse().unwrap()).collect()
}

#[tokio::test]
async fn an_insert_starts_once_for_each_attempt_that_arrived_and_stores_once() {
    use Fault::{CutWithClose, CutWithReset, Lose, Pass, ResetBefore};
    let cases: [(&[Fault], &[u32]); 5] = [
        (&[Pass], &[1]),
        (&[Lose], &[1, 2]),
        (&[ResetBefore, ResetBefore], &[3]),
        (&[ResetBefore, Lose, CutWithReset(0), ResetBefore, CutWithClose(9)], &[2, 3, 5, 6]),
        (&[Lose, Lose, Lose, Lose, Lose], &[1, 2, 3, 4, 5, 6]),
    ];
    let harness = Harness::new().await;
    let db = harness.through(quick);
    let (mut rows, mut so_far) = (0, 0);
    for (faults, arrived) in cases {
        harness.proxy.inserts_meet(faults.to_vec());
        db.insert(numbers(WINDOWED, [rows, rows])).await.unwrap();
        let logged = harness.log("INSERT INTO `windowed`", so_far + arrived.len()).await;
        let logged = &logged[so_far..];
        (rows, so_far) = (rows + 2, so_far + arrived.len());
        assert_eq!(attempts(logged), arrived, "{faults:?}");
        assert!(logged.iter().all(|logged| logged.code == Some(0)), "{logged:#?}");
        assert_eq!(harness.rows(&WINDOWED).await as i64, rows, "{faults:?}");
    }
}

#[tokio::test]
async fn a_query_starts_once_for_each_attempt_that_arrived() {
    let harness = Harness::new().await;
    let db = harness.through(quick);
    harness.proxy.queries_meet([Fault::Lose, Fault::ResetBefore, Fault::CutWithReset(300)]);
    let rows =
        db.query_all(Statement::new("SELECT number FROM numbers(5) -- again")).await.unwrap();
    assert_eq!(rows.num_rows(), 5);
    let logged = harness.log("-- again", 3).await;
    assert_eq!(attempts(&logged), [1, 3, 4]);
}

#[tokio::test]
async fn an_idempotent_statement_starts_again() {
    let harness = Harness::new().await;
    let db = harness.through(quick);
    let made = "CREATE TABLE IF NOT EXISTS made (v Int64) ENGINE = Memory";
    // One fault only: the adapter's order to end the first attempt would meet the next.
    harness.proxy.queries_meet([Fault::Lose]);
    db.execute(Statement::new(made)).await.unwrap();
    assert_eq!(attempts(&harness.log(made, 2).await), [1, 2]);
}

#[tokio::test]
async fn a_statement_that_is_not_idempotent_starts_once() {
    let harness = Harness::new().await;
    let db = harness.through(quick);
    let made = "CREATE TABLE made (v Int64) ENGINE = Memory";
    harness.proxy.queries_meet([Fault::Lose]);
    let error = db.execute(Statement::new(made)).await.unwrap_err();
    let DbError::OutcomeUnknown { query_id, .. } = error else { panic!("{error:?}") };
    let logged = harness.log(made, 1).await;
    assert_eq!(logged[0].query_id, query_id);
    assert_eq!(attempts(&logged), [1]);
}

#[tokio::test]
async fn an_insert_without_deduplication_starts_once_and_is_found_by_its_query_id() {
    let harness = Harness::new().await;
    let db = harness.through(quick);
    harness.proxy.inserts_meet([Fault::Lose]);
    let insert = numbers(PLAIN, [1, 2, 3]);
    let error = db.insert(insert.clone()).await.unwrap_err();
    let DbError::OutcomeUnknown { query_id, .. } = error else { panic!("{error:?}") };
    let logged = harness.log("INSERT INTO `plain`", 1).await;
    let expected =
        Logged { query_id: query_id.clone(), started: true, code: Some(0), written_rows: 3 };
    assert_eq!(logged, [expected]);
    // Only the log knows what the table has forgotten since.
    harness.direct.execute(Statement::new("TRUNCATE TABLE plain")).await.unwrap();
    assert_eq!(db.reconcile(&insert, &query_id).await.unwrap(), InsertOutcome::Stored);
}
