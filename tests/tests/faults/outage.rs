//! Servers that refuse connections or never answer.

use std::time::{Duration, Instant};

use candlehouse_tests::fault::Fault;
use candlehouse_tests::number_tables::{PLAIN, WINDOWED, numbers, read};
use candlehouse_tests::wait::{LIMIT, until};
use db_port::{DbError, Phase, QueryExecutor, Statement};
use futures_util::future::join_all;

use crate::harness::Harness;

const ONE: Statement = Statement::new("SELECT toInt64(1) AS n");

#[tokio::test]
async fn a_server_that_refuses_for_three_seconds_and_then_works_is_waited_for() {
    let harness = Harness::new("refused_then_fine").await;
    let db = harness.manager("max_retries=20&retry_base_delay=0.1&retry_max_delay=0.5");
    harness.proxy.refuse(true);
    let back = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        harness.proxy.refuse(false);
    };
    let begin = Instant::now();
    let insert = db.insert(numbers(PLAIN, [1]).with_timeout(Duration::from_secs(30)));
    let (stored, ()) = tokio::join!(insert, back);
    stored.unwrap();
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert_eq!(harness.times(&PLAIN, 1).await, 1);
}

#[tokio::test]
async fn a_hundred_callers_at_an_outage_stay_within_the_retry_budget() {
    let harness = Harness::new("hundred_callers").await;
    let db = harness.manager(
        "max_retries=3&retry_base_delay=0.01&retry_max_delay=0.02&retry_budget=20\
         &max_concurrent_requests=100",
    );
    harness.proxy.rules(|rules| rules.every_connection = Some(Fault::ResetBefore));
    let calls = join_all((0..100).map(|_| read(&db, ONE))).await;
    assert!(calls.iter().all(Result::is_err));
    let attempts = harness.proxy.connections();
    assert!((100..=120).contains(&attempts), "{attempts}");

    // What went wrong is not held against those who come later.
    harness.calm();
    assert_eq!(read(&db, ONE).await.unwrap(), [1]);
}

#[tokio::test]
async fn a_black_hole_ends_by_the_deadline_with_one_attempt_for_an_insert_that_is_not_idempotent() {
    let harness = Harness::new("black_hole").await;
    let db = harness.manager("max_retries=5&retry_base_delay=0.01&attempt_timeout=0.3");
    let limit = Duration::from_secs(2);
    for (table, attempts) in [(PLAIN, 1..=1), (WINDOWED, 2..=6)] {
        let before = harness.proxy.inserts().len();
        harness.proxy.inserts_meet([const { Fault::Stall }; 9]);
        let begin = Instant::now();
        let error = db.insert(numbers(table.clone(), [1]).with_timeout(limit)).await.unwrap_err();
        assert!(matches!(error, DbError::OutcomeUnknown { .. }), "{error:?}");
        assert!(begin.elapsed() < limit + Duration::from_secs(5), "{:?}", begin.elapsed());
        let made = harness.proxy.inserts().len() - before;
        assert!(attempts.contains(&made), "{made} attempts into {table}");
        assert_eq!(harness.rows(&table).await, 0);
    }
}

#[tokio::test]
async fn connecting_to_a_black_hole_ends_by_the_deadline_too() {
    let harness = Harness::new("black_hole_connect").await;
    let db = harness.manager("max_retries=2&retry_base_delay=0.01&connect_timeout=0.2");
    harness.proxy.rules(|rules| rules.every_connection = Some(Fault::Stall));
    let limit = Duration::from_millis(700);
    let begin = Instant::now();
    let error = db.insert(numbers(PLAIN, [1]).with_timeout(limit)).await.unwrap_err();
    assert!(begin.elapsed() < limit + Duration::from_secs(5));
    // It did not come further than asking for the columns.
    assert!(matches!(error, DbError::Timeout { phase: Phase::Request, .. }), "{error:?}");
    assert!(harness.proxy.inserts().is_empty());
    assert_eq!(harness.rows(&PLAIN).await, 0);
}

#[tokio::test]
async fn a_call_without_a_permit_has_its_own_limit_and_error() {
    let harness = Harness::new("saturated").await;
    let db = harness.manager("max_concurrent_requests=2&acquire_timeout=0.2");
    harness.proxy.queries_meet([Fault::Stall, Fault::Stall]);
    let busy = join_all([read(&db, ONE), read(&db, ONE)]);
    let third = async {
        until("both are sent", async || harness.proxy.seen().len() == 2).await;
        read(&db, ONE).await
    };
    let third = async {
        tokio::select! {
            _ = busy => panic!("the black hole answered"),
            third = third => third,
        }
    };
    let error = tokio::time::timeout(LIMIT, third).await.unwrap().unwrap_err();
    let full = Phase::PermitWait { in_use: 2 };
    assert!(matches!(error, DbError::Timeout { phase, .. } if phase == full), "{error:?}");
    // The two were dropped.
    assert_eq!(read(&db, ONE).await.unwrap(), [1]);
}
