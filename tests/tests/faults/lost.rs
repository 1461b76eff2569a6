//! Inserts whose request or answer is lost on the way.

use candlehouse_tests::fault::Fault;
use candlehouse_tests::number_tables::{PLAIN, WINDOWED, numbers};
use db_clickhouse::InsertOutcome;
use db_port::{DbError, QueryExecutor};

use crate::harness::Harness;

const QUICK: &str = "max_retries=3&retry_base_delay=0.01&send_receive_timeout=2";

#[tokio::test]
async fn a_reply_lost_after_the_commit_gives_the_same_token_and_one_row() {
    let harness = Harness::new("reply_lost").await;
    let db = harness.manager(QUICK);
    for lost in [Fault::Lose, Fault::CutWithReset(0), Fault::CutWithClose(9), Fault::Swallow] {
        let before = harness.proxy.inserts().len();
        let n = i64::try_from(before).unwrap();
        harness.proxy.inserts_meet([lost.clone()]);
        assert_eq!(db.insert(numbers(WINDOWED, [n])).await.unwrap().rows, 1);
        let sent = &harness.proxy.inserts()[before..];
        let [first, second] = sent else { panic!("{} attempts after {lost:?}", sent.len()) };
        assert_eq!(first.body, second.body);
        let token = first.parameter("insert_deduplication_token");
        assert!(token.is_some_and(|token| token.len() == 64));
        assert_eq!(token, second.parameter("insert_deduplication_token"));
        assert_ne!(first.parameter("query_id"), second.parameter("query_id"));
        assert_eq!(harness.times(&WINDOWED, n).await, 1);
    }
}

#[tokio::test]
async fn an_insert_without_deduplication_is_not_retried_and_can_be_reconciled() {
    let harness = Harness::new("unprotected").await;
    let db = harness.manager(QUICK);
    let cases = [
        (Fault::ResetBefore, InsertOutcome::NotStored),
        (Fault::ResetWithin(700), InsertOutcome::NotStored),
        (Fault::Lose, InsertOutcome::Stored),
        (Fault::CutWithClose(3), InsertOutcome::Stored),
        (Fault::Swallow, InsertOutcome::Stored),
        (Fault::Stall, InsertOutcome::NotStored),
    ];
    for (n, (fault, outcome)) in (1..).zip(cases) {
        harness.proxy.inserts_meet([fault.clone()]);
        let insert = numbers(PLAIN, [n, -n]);
        let error = db.insert(insert.clone()).await.unwrap_err();
        let DbError::OutcomeUnknown { query_id, .. } = error else {
            panic!("{fault:?}: {error:?}")
        };
        assert_eq!(harness.proxy.inserts().len() as i64, n, "attempts after {fault:?}");
        let stored = harness.times(&PLAIN, n).await;
        assert_eq!(db.reconcile(&insert, &query_id).await.unwrap(), outcome, "{fault:?}");
        assert_eq!(stored, u64::from(outcome == InsertOutcome::Stored), "{fault:?}");
    }
}

#[tokio::test]
async fn an_insert_that_the_caller_calls_idempotent_is_retried_anywhere() {
    let harness = Harness::new("idempotent").await;
    let db = harness.manager(QUICK);
    harness.proxy.inserts_meet([Fault::Lose, Fault::ResetAfter]);
    db.insert(numbers(PLAIN, [7]).idempotent()).await.unwrap();
    assert_eq!(harness.proxy.inserts().len(), 3);
    // The first and the last were stored, the one between them perhaps.
    assert!((2..=3).contains(&harness.times(&PLAIN, 7).await));
}

#[tokio::test]
async fn other_rows_under_a_known_token_are_stored_whatever_happened_to_the_first() {
    let harness = Harness::new("same_identity").await;
    let db = harness.manager(QUICK);
    for (n, fault) in (1..).zip([Fault::Pass, Fault::Lose, Fault::ResetBefore, Fault::Lose]) {
        harness.proxy.inserts_meet([fault]);
        db.insert(numbers(WINDOWED, [n]).with_deduplication_token("monday")).await.unwrap();
    }
    // The first once more: nothing new.
    db.insert(numbers(WINDOWED, [1]).with_deduplication_token("monday")).await.unwrap();
    for n in 1..=4 {
        assert_eq!(harness.times(&WINDOWED, n).await, 1, "{n}");
    }
}

#[tokio::test]
async fn an_insert_cut_anywhere_on_its_way_is_stored_whole_or_not_at_all() {
    let harness = Harness::new("request_cut").await;
    let db = harness.manager("max_retries=0");
    // How long it is, head included.
    db.insert(numbers(PLAIN, [0, 0, 0])).await.unwrap();
    let sent = &harness.proxy.inserts()[0];
    let length = sent.head.len() + sent.body.len();
    for (n, cut) in (1..).zip((1..length + 30).step_by(41)) {
        harness.proxy.inserts_meet([Fault::ResetWithin(cut)]);
        let error = db.insert(numbers(PLAIN, [n, n, n])).await.unwrap_err();
        assert!(matches!(error, DbError::OutcomeUnknown { .. }), "cut at {cut}: {error:?}");
        assert_eq!(harness.times(&PLAIN, n).await, 0, "cut at {cut}");
    }
}
