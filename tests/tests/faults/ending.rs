use std::time::Duration;

use candlehouse_tests::fault::Fault;
use candlehouse_tests::table::number;
use db_port::{DbError, QueryExecutor, Statement};

use crate::rig::{GENEROUS, PLAIN, Rig, numbers, read};

const ONE: Statement = Statement::new("SELECT toInt64(1) AS n");
const SLOW: Statement = Statement::new(
    "SELECT toInt64(count()) AS n FROM numbers(1e12) WHERE NOT ignore(sipHash64(number))",
);

/// Waits until the server works at `count` such queries.
async fn until_running(rig: &Rig, count: u64) {
    let running = Statement::new(
        "SELECT count() AS n FROM system.processes WHERE current_database = currentDatabase() \
         AND query NOT LIKE '%system.processes%'",
    );
    let wait = async {
        while number(&rig.direct, running.clone()).await != count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(GENEROUS, wait).await.unwrap();
}

#[tokio::test]
async fn a_dropped_query_frees_its_place_and_ends_on_the_server() {
    let rig = Rig::new("dropped_query").await;
    let db = rig.manager("max_concurrent_requests=1&acquire_timeout=0.2");
    tokio::select! {
        answer = read(&db, SLOW) => panic!("{answer:?}"),
        () = until_running(&rig, 1) => {}
    }
    assert_eq!(read(&db, ONE).await.unwrap(), [1]);
    until_running(&rig, 0).await;
}

#[tokio::test]
async fn a_dropped_insert_frees_its_place_and_is_stored_at_most_once() {
    let rig = Rig::new("dropped_insert").await;
    let db = rig.manager("max_concurrent_requests=1&acquire_timeout=0.2");
    for (n, fault) in (1..).zip([Fault::Stall, Fault::Swallow]) {
        rig.inserts_meet([fault]);
        let sent = async {
            while (rig.proxy.inserts().len() as i64) < n {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            stored = db.insert(numbers(PLAIN, &[n])) => panic!("{stored:?}"),
            () = sent => {}
        }
        assert_eq!(read(&db, ONE).await.unwrap(), [1]);
        assert!(rig.times(&PLAIN, n).await <= 1);
    }
    assert_eq!(rig.proxy.inserts().len(), 2);
}

#[tokio::test]
async fn closing_lets_calls_in_flight_end_within_the_grace() {
    let rig = Rig::new("close_grace").await;
    let db = rig.manager("close_timeout=10");
    rig.inserts_meet([Fault::Delay(Duration::from_millis(300))]);
    let close = async {
        while rig.proxy.inserts().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let (closed, refused) = tokio::join!(db.close(), read(&db, ONE));
        closed.unwrap();
        assert!(matches!(refused, Err(DbError::Closed)), "{refused:?}");
    };
    let (stored, ()) = tokio::join!(db.insert(numbers(PLAIN, &[1])), close);
    stored.unwrap();
    assert_eq!(rig.times(&PLAIN, 1).await, 1);
}

#[tokio::test]
async fn closing_ends_calls_that_take_longer_than_the_grace_and_connecting_reopens() {
    let rig = Rig::new("close_cancels").await;
    let db = rig.manager("close_timeout=0.2");
    rig.inserts_meet([Fault::Stall]);
    let close = async {
        until_running(&rig, 1).await;
        while rig.proxy.inserts().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::timeout(GENEROUS, db.close()).await.unwrap().unwrap();
    };
    let (slow, insert, ()) = tokio::join!(read(&db, SLOW), db.insert(numbers(PLAIN, &[1])), close);
    assert!(matches!(slow, Err(DbError::Closed)), "{slow:?}");
    // It may have been stored, for all that is known here.
    assert!(matches!(insert, Err(DbError::OutcomeUnknown { .. })), "{insert:?}");
    until_running(&rig, 0).await;
    assert!(matches!(read(&db, ONE).await, Err(DbError::Closed)));
    db.connect().await.unwrap();
    assert_eq!(read(&db, ONE).await.unwrap(), [1]);
}
