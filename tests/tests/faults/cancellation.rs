//! Calls that are dropped, and calls under way when the manager is closed.

use std::time::Duration;

use candlehouse_tests::fault::Fault;
use candlehouse_tests::number_tables::{PLAIN, numbers, read};
use candlehouse_tests::wait::{LIMIT, until, until_number_running};
use db_port::{DbError, QueryExecutor, Statement};

use crate::harness::Harness;

const ONE: Statement = Statement::new("SELECT toInt64(1) AS n");
const SLOW: Statement = Statement::new(
    "SELECT toInt64(count()) AS n FROM numbers(1e12) WHERE NOT ignore(sipHash64(number))",
);

#[tokio::test]
async fn a_dropped_query_frees_its_permit_and_ends_on_the_server() {
    let harness = Harness::new("dropped_query").await;
    let db = harness.manager("max_concurrent_requests=1&acquire_timeout=0.2");
    tokio::select! {
        answer = read(&db, SLOW) => panic!("{answer:?}"),
        () = until_number_running(&harness.direct, 1) => {}
    }
    assert_eq!(read(&db, ONE).await.unwrap(), [1]);
    until_number_running(&harness.direct, 0).await;
}

#[tokio::test]
async fn a_dropped_insert_frees_its_permit_and_is_stored_at_most_once() {
    let harness = Harness::new("dropped_insert").await;
    let db = harness.manager("max_concurrent_requests=1&acquire_timeout=0.2");
    for (n, (fault, most)) in (1..).zip([(Fault::Stall, 0), (Fault::Swallow, 1)]) {
        harness.proxy.inserts_meet([fault]);
        let sent = until("it is sent", async || harness.proxy.inserts().len() as i64 == n);
        tokio::select! {
            stored = db.insert(numbers(PLAIN, [n])) => panic!("{stored:?}"),
            () = sent => {}
        }
        assert_eq!(read(&db, ONE).await.unwrap(), [1]);
        assert!(harness.times(&PLAIN, n).await <= most, "{n}");
    }
    assert_eq!(harness.proxy.inserts().len(), 2);
}

#[tokio::test]
async fn closing_lets_calls_in_flight_end_within_the_grace() {
    let harness = Harness::new("close_grace").await;
    let db = harness.manager("close_timeout=10");
    harness.proxy.inserts_meet([Fault::Delay(Duration::from_millis(300))]);
    let close = async {
        until("it is sent", async || !harness.proxy.inserts().is_empty()).await;
        let (closed, refused) = tokio::join!(db.close(), read(&db, ONE));
        closed.unwrap();
        assert!(matches!(refused, Err(DbError::Closed)), "{refused:?}");
    };
    let (stored, ()) = tokio::join!(db.insert(numbers(PLAIN, [1])), close);
    stored.unwrap();
    assert_eq!(harness.times(&PLAIN, 1).await, 1);
}

#[tokio::test]
async fn closing_ends_calls_that_take_longer_than_the_grace_and_connecting_reopens() {
    let harness = Harness::new("close_cancels").await;
    let db = harness.manager("close_timeout=0.2");
    harness.proxy.inserts_meet([Fault::Stall]);
    let close = async {
        until_number_running(&harness.direct, 1).await;
        until("it is sent", async || !harness.proxy.inserts().is_empty()).await;
        tokio::time::timeout(LIMIT, db.close()).await.unwrap().unwrap();
    };
    let (slow, insert, ()) = tokio::join!(read(&db, SLOW), db.insert(numbers(PLAIN, [1])), close);
    assert!(matches!(slow, Err(DbError::Closed)), "{slow:?}");
    // It may have been stored, for all that is known here.
    assert!(matches!(insert, Err(DbError::OutcomeUnknown { .. })), "{insert:?}");
    until_number_running(&harness.direct, 0).await;
    assert_eq!(harness.rows(&PLAIN).await, 0);
    assert!(matches!(read(&db, ONE).await, Err(DbError::Closed)));
    db.connect().await.unwrap();
    assert_eq!(read(&db, ONE).await.unwrap(), [1]);
}
