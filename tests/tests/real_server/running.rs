//! An insert that the server is still at.

use candlehouse_tests::number_tables::numbers;
use db_clickhouse::InsertOutcome;
use db_port::{DbError, QueryExecutor};

use crate::harness::{Harness, SLOW};

const INSERT: &str = "INSERT INTO `slow`";

#[tokio::test]
async fn an_insert_that_still_runs_is_found_running_and_then_stored() {
    let harness = Harness::new().await;
    let db = harness.through(|config| config.with_max_retries(0));
    let insert = numbers(SLOW, 0..58);
    let network_breaks = async {
        harness.until_running(INSERT).await;
        // Nor can the adapter tell the server to end it.
        harness.proxy.refuse(true);
    };
    let (stored, ()) = tokio::join!(db.insert(insert.clone()), network_breaks);
    let Err(DbError::OutcomeUnknown { query_id, .. }) = stored else { panic!("{stored:?}") };
    let outcome = async || harness.direct.reconcile(&insert, &query_id).await.unwrap();
    assert_eq!(outcome().await, InsertOutcome::Running);
    assert_eq!(harness.rows(&SLOW).await, 0);
    assert_eq!(harness.log(INSERT, 1).await[0].code, Some(0));
    assert_eq!(outcome().await, InsertOutcome::Stored);
    assert_eq!(harness.rows(&SLOW).await, 58);
}
