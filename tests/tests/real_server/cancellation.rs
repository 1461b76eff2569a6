//! What nobody waits for any more ends on the server, and the server's log says so.

use std::time::Duration;

use candlehouse_tests::number_tables::{PLAIN, numbers};
use candlehouse_tests::query_log::so_far;
use db_clickhouse::InsertOutcome;
use db_port::{DbError, QueryExecutor, QueryExecutorExt, Statement};
use futures_util::TryStreamExt;

use crate::harness::{Harness, SLOW};

const ENDLESS: &str = "SELECT count() FROM numbers(1e12) WHERE NOT ignore(sipHash64(number))";
const ENDLESS_ROWS: &str = "SELECT number FROM numbers(1e12) WHERE NOT ignore(sipHash64(number))";
const ENDLESS_STATEMENT: &str = "INSERT INTO plain SELECT number FROM numbers(1e12)";
const INSERT: &str = "INSERT INTO `slow`";

/// Cancelled, as the server calls it whether it was told so or saw that its client had gone.
const CANCELLED: Option<i32> = Some(394);
/// The server was about to send rows when its client had gone.
const NOBODY_READS: Option<i32> = Some(210);

/// How often the server was told to end something.
async fn kills(harness: &Harness) -> usize {
    so_far(&harness.direct, "KILL QUERY").await.len()
}

#[tokio::test]
async fn a_query_whose_future_is_dropped_is_cancelled_by_the_server_itself() {
    let harness = Harness::new().await;
    let db = harness.through(|config| config);
    tokio::select! {
        rows = db.query_all(Statement::new(ENDLESS)) => panic!("{rows:?}"),
        () = harness.until_running(ENDLESS) => {}
    }
    assert_eq!(harness.log(ENDLESS, 1).await[0].code, CANCELLED);
    assert_eq!(kills(&harness).await, 0);
}

#[tokio::test]
async fn a_query_whose_stream_is_dropped_is_ended_by_the_server_itself() {
    let harness = Harness::new().await;
    let db = harness.through(|config| config);
    let mut rows = db.query(Statement::new(ENDLESS_ROWS)).await.unwrap();
    rows.try_next().await.unwrap();
    drop(rows);
    let code = harness.log(ENDLESS_ROWS, 1).await[0].code;
    assert!(code == NOBODY_READS || code == CANCELLED, "{code:?}");
    assert_eq!(kills(&harness).await, 0);
}

#[tokio::test]
async fn a_dropped_statement_is_killed() {
    let harness = Harness::new().await;
    let db = harness.through(|config| config);
    tokio::select! {
        done = db.execute(Statement::new(ENDLESS_STATEMENT)) => panic!("{done:?}"),
        () = harness.until_running(ENDLESS_STATEMENT) => {}
    }
    assert_eq!(harness.log(ENDLESS_STATEMENT, 1).await[0].code, CANCELLED);
    assert!((1..=4).contains(&kills(&harness).await));
}

#[tokio::test]
async fn a_dropped_insert_is_killed_and_none_of_its_rows_is_stored() {
    let harness = Harness::new().await;
    let db = harness.through(|config| config);
    tokio::select! {
        stored = db.insert(numbers(SLOW, 0..58)) => panic!("{stored:?}"),
        () = harness.until_running(INSERT) => {}
    }
    assert_eq!(harness.log(INSERT, 1).await[0].code, CANCELLED);
    assert!((1..=4).contains(&kills(&harness).await));
    assert_eq!(harness.rows(&SLOW).await, 0);
    // The connection is as good as new.
    db.insert(numbers(PLAIN, [1])).await.unwrap();
}

#[tokio::test]
async fn an_insert_that_is_late_is_killed_and_none_of_its_rows_is_stored() {
    let harness = Harness::new().await;
    let db = harness.through(|config| config.with_max_retries(0));
    let late = numbers(SLOW, 0..58).with_timeout(Duration::from_millis(1500));
    let error = db.insert(late.clone()).await.unwrap_err();
    let DbError::OutcomeUnknown { query_id, .. } = error else { panic!("{error:?}") };
    let logged = &harness.log(INSERT, 1).await[0];
    assert_eq!((&logged.query_id, logged.code), (&query_id, CANCELLED));
    assert!((1..=4).contains(&kills(&harness).await));
    assert_eq!(harness.rows(&SLOW).await, 0);
    assert_eq!(db.reconcile(&late, &query_id).await.unwrap(), InsertOutcome::NotStored);
}
