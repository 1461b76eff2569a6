//! Whom the server turns away, and what the adapter makes of it.

use std::time::Duration;

use arrow_array::UInt64Array;
use candlehouse_tests::number_tables::{PLAIN, numbers};
use candlehouse_tests::query_log::{Logged, so_far};
use candlehouse_tests::wait::until;
use chdb_server::{Access, User};
use db_clickhouse::{ClickHouseConfig, ClickHouseManager, Compression};
use db_port::{
    DbError, HealthProblem, QueryExecutor, QueryExecutorExt, Retryability, Statement, column,
};

use crate::harness::Harness;

const ROWS: Statement = Statement::new("SELECT v FROM plain");
const INSERT: &str = "INSERT INTO `plain`";

fn open(config: ClickHouseConfig) -> ClickHouseManager {
    ClickHouseManager::new(config.with_retry_base_delay(Duration::from_millis(20))).unwrap()
}

/// Turned away before it ran.
fn refused(logged: &Logged, code: i32) -> bool {
    !logged.started && logged.code == Some(code)
}

#[tokio::test]
async fn who_may_only_read_reads_and_is_refused_once_when_writing() {
    let harness = Harness::with([User::new("reader", "p").with_access(Access::Read)]).await;
    harness.direct.insert(numbers(PLAIN, [1, 2])).await.unwrap();
    let db = open(harness.user("reader", "p"));
    assert_eq!(db.query_all(ROWS).await.unwrap().num_rows(), 2);
    let error = db.insert(numbers(PLAIN, [3]).idempotent()).await.unwrap_err();
    assert_eq!((error.code(), error.retryability()), (Some(497), Retryability::Never), "{error}");
    assert!(refused(&harness.log(INSERT, 2).await[1], 497));
    for sql in ["CREATE TABLE IF NOT EXISTS t (v Int64) ENGINE = Memory", "TRUNCATE TABLE plain"] {
        let error = db.execute(Statement::new(sql).idempotent()).await.unwrap_err();
        assert_eq!(error.code(), Some(497), "{error}");
        assert!(refused(&harness.log(sql, 1).await[0], 497));
    }
    assert_eq!(harness.rows(&PLAIN).await, 2);
}

#[tokio::test]
async fn a_user_whose_settings_forbid_writing_is_refused_once_although_granted() {
    let harness = Harness::with([User::new("careful", "p").with_setting("readonly", 2)]).await;
    let db = open(harness.user("careful", "p"));
    assert_eq!(db.query_all(ROWS).await.unwrap().num_rows(), 0);
    let error = db.insert(numbers(PLAIN, [3]).idempotent()).await.unwrap_err();
    assert_eq!((error.code(), error.retryability()), (Some(164), Retryability::Never), "{error}");
    assert!(refused(&harness.log(INSERT, 1).await[0], 164));
}

#[tokio::test]
async fn a_user_who_may_change_no_setting_is_told_so_at_once() {
    let harness = Harness::with([User::new("fixed", "p").with_setting("readonly", 1)]).await;
    let db = open(harness.user("fixed", "p"));
    let error = db.query_all(ROWS).await.unwrap_err();
    assert_eq!((error.code(), error.retryability()), (Some(164), Retryability::Never), "{error}");
    assert!(error.to_string().contains("setting"), "{error}");
}

#[tokio::test]
async fn a_spent_quota_is_final_and_a_health_check_costs_none_of_it() {
    let frugal = User::new("frugal", "p").with_quota(2, Duration::from_secs(3600));
    let harness = Harness::with([frugal]).await;
    let db = open(harness.user("frugal", "p"));
    let mut refusal = None;
    for _ in 0..3 {
        db.health_check().await.unwrap();
        refusal = db.query_all(ROWS).await.err();
    }
    let error = refusal.unwrap();
    assert_eq!((error.code(), error.retryability()), (Some(201), Retryability::Never), "{error}");
    let logged = harness.log(ROWS.sql(), 3).await;
    assert!(logged[..2].iter().all(|logged| logged.code == Some(0)), "{logged:#?}");
    assert!(refused(&logged[2], 201), "{logged:#?}");
    // The server answers, and whoever asks it is known to it.
    db.health_check().await.unwrap();
}

#[tokio::test]
async fn too_many_queries_at_once_are_waited_out() {
    const ENDLESS: &str = "SELECT count() FROM numbers(1e12) WHERE NOT ignore(sipHash64(number))";
    let single = User::new("single", "p").with_setting("max_concurrent_queries_for_user", 1);
    let harness = Harness::with([single]).await;
    let db = open(harness.user("single", "p").with_max_retries(8));
    let first = async {
        tokio::select! {
            rows = db.query_all(Statement::new(ENDLESS)) => panic!("{rows:?}"),
            // As soon as another was turned away twice.
            () = until("two are refused", async || {
                so_far(&harness.direct, ROWS.sql()).await.len() >= 2
            }) => {}
        }
    };
    let second = async {
        harness.until_running(ENDLESS).await;
        db.query_all(ROWS).await
    };
    let ((), rows) = tokio::join!(first, second);
    assert_eq!(rows.unwrap().num_rows(), 0);
    let logged = so_far(&harness.direct, ROWS.sql()).await;
    let (last, others) = logged.split_last().unwrap();
    assert!(others.len() >= 2 && others.iter().all(|logged| refused(logged, 202)), "{logged:#?}");
    assert!(last.started && last.code == Some(0), "{last:#?}");
}

#[tokio::test]
async fn what_is_too_large_for_memory_is_tried_three_times_if_it_is_idempotent() {
    let small = User::new("small", "p").with_setting("max_memory_usage", 10_000_000);
    let harness = Harness::with([small]).await;
    let db = open(harness.user("small", "p").with_max_retries(8));
    let large = "SELECT groupArray(number) FROM numbers(10000000)";
    let error = db.query_all(Statement::new(large)).await.unwrap_err();
    assert_eq!((error.code(), error.retryability()), (Some(241), Retryability::Soon), "{error}");
    let logged = harness.log(large, 3).await;
    assert!(logged.iter().all(|logged| logged.code == Some(241)), "{logged:#?}");

    let error = db.insert(numbers(PLAIN, 0..2_000_000)).await.unwrap_err();
    let DbError::OutcomeUnknown { query_id, .. } = error else { panic!("{error:?}") };
    let logged = harness.log(INSERT, 1).await;
    assert_eq!((&logged[0].query_id, logged[0].code), (&query_id, Some(241)));
    assert_eq!(harness.rows(&PLAIN).await, 0);
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_right_are_told_apart_from_a_sick_server() {
    let harness = Harness::new().await;
    for (name, password) in [("tests", "wrong"), ("nobody", "it's & a pass/word")] {
        let db = open(harness.user(name, password));
        let error = db.health_check().await.unwrap_err();
        assert_eq!(error.code(), Some(516), "{error}");
        assert_eq!(HealthProblem::of(&error), HealthProblem::CredentialsRefused);
        let error = db.insert(numbers(PLAIN, [1]).idempotent()).await.unwrap_err();
        assert_eq!(
            (error.code(), error.retryability()),
            (Some(516), Retryability::Never),
            "{error}"
        );
    }
    let create = "CREATE USER eve IDENTIFIED BY 'p'";
    let error = harness.direct.execute(Statement::new(create).idempotent()).await.unwrap_err();
    assert_eq!((error.code(), error.retryability()), (Some(497), Retryability::Never), "{error}");
    assert_eq!(HealthProblem::of(&error), HealthProblem::CredentialsRefused);
    assert!(refused(&harness.log("CREATE USER", 1).await[0], 497));
}

#[tokio::test]
async fn a_large_insert_that_is_refused_while_it_is_sent_keeps_its_code() {
    let harness = Harness::with([User::new("reader", "p").with_access(Access::Read)]).await;
    let insert = numbers(PLAIN, 0..1_500_000).idempotent();
    for compression in [Compression::None, Compression::Lz4, Compression::Zstd] {
        let db = open(harness.user("reader", "p").with_compression(compression));
        let error = db.insert(insert.clone()).await.unwrap_err();
        assert_eq!(error.code(), Some(497), "{error:?}");
    }
    harness.direct.insert(insert).await.unwrap();
    let parts = "SELECT count() AS parts, sum(rows) AS rows FROM system.parts \
                 WHERE database = currentDatabase() AND table = 'plain' AND level = 0";
    let stored = harness.direct.query_one(Statement::new(parts)).await.unwrap();
    let number = |name| column::<UInt64Array>(&stored, name).unwrap().value(0);
    assert_eq!((number("parts"), number("rows")), (1, 1_500_000), "one block");
}
