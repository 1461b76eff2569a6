//! Users whose settings let the server end early without a word.

use std::time::Duration;

use candlehouse_tests::number_tables::PLAIN;
use chdb_server::User;
use db_clickhouse::ClickHouseManager;
use db_port::{DbError, QueryExecutor, QueryExecutorExt, Statement};

use crate::harness::Harness;

/// A user of whom every limit is kept by ending early.
fn hasty() -> User {
    ["timeout", "read", "result", "sort", "distinct", "set", "join", "transfer"]
        .iter()
        .fold(User::new("hasty", "p"), |user, limit| {
            user.with_setting(format!("{limit}_overflow_mode"), "break")
        })
}

#[tokio::test]
async fn a_query_that_is_cut_short_never_looks_whole() {
    let harness = Harness::with([hasty()]).await;
    let db = ClickHouseManager::new(harness.user("hasty", "p")).unwrap();
    for (limit, value, code) in [
        ("max_execution_time", 1, 159),
        ("max_rows_to_read", 10, 158),
        ("max_result_rows", 10, 396),
    ] {
        let slow = "SELECT number, sleepEachRow(0.1) FROM numbers(30) SETTINGS max_block_size = 1";
        let error =
            db.query_all(Statement::new(slow).with_setting(limit, value)).await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{limit}: {error:?}");
    }
}

#[tokio::test]
async fn a_statement_that_is_cut_short_never_looks_done() {
    let harness = Harness::with([hasty()]).await;
    let db = ClickHouseManager::new(harness.user("hasty", "p").with_max_retries(0)).unwrap();
    let slow = Statement::new(
        "INSERT INTO plain SELECT number + sleepEachRow(0.1) FROM numbers(60) \
         SETTINGS max_block_size = 1",
    );
    let error = db.execute(slow.with_timeout(Duration::from_secs(2))).await.unwrap_err();
    assert!(matches!(error, DbError::OutcomeUnknown { .. }), "{error:?}");
    assert!(harness.rows(&PLAIN).await < 60);
}
