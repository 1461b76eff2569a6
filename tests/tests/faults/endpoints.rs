//! Two endpoints, of which one is down, overloaded or moved.

use candlehouse_tests::fault::answers::exception;
use candlehouse_tests::fault::{Fault, Proxy};
use candlehouse_tests::number_tables::{PLAIN, WINDOWED, numbers, read};
use candlehouse_tests::wait::until;
use db_clickhouse::ClickHouseManager;
use db_port::{DbError, QueryExecutor, Statement};

use crate::harness::Harness;

const ONE: Statement = Statement::new("SELECT toInt64(1) AS n");

/// A manager whose second endpoint is another way to the same server.
fn two(harness: &Harness, parameters: &str) -> (Proxy, ClickHouseManager) {
    let second = Proxy::before(harness.direct_address());
    let config = harness.config(&[harness.proxy.address(), second.address()], parameters);
    (second, ClickHouseManager::new(config).unwrap())
}

#[tokio::test]
async fn a_dead_first_endpoint_is_passed_over_and_left_alone_for_a_while() {
    let harness = Harness::new("first_dead").await;
    let (second, db) = two(&harness, "quarantine=30&max_retries=1&retry_base_delay=0.01");
    harness.proxy.refuse(true);
    db.insert(numbers(PLAIN, [1])).await.unwrap();
    assert_eq!(second.inserts().len(), 1);
    // It is back, but nobody looks before the quarantine is over.
    harness.proxy.refuse(false);
    db.insert(numbers(PLAIN, [2])).await.unwrap();
    assert_eq!((harness.proxy.connections(), second.inserts().len()), (0, 2));
    assert_eq!(harness.rows(&PLAIN).await, 2);
}

#[tokio::test]
async fn an_endpoint_that_dies_between_two_inserts_is_replaced_without_loss() {
    let harness = Harness::new("first_dies").await;
    let (second, db) = two(&harness, "max_retries=3&retry_base_delay=0.01");
    db.insert(numbers(PLAIN, [1])).await.unwrap();
    harness.proxy.refuse(true);
    for n in 2..=4 {
        let stored = db.insert(numbers(PLAIN, [n])).await;
        let times = harness.times(&PLAIN, n).await;
        match stored {
            Ok(_) => assert_eq!(times, 1),
            // The connection that was kept dies with the endpoint, which may show too late, but once.
            Err(DbError::OutcomeUnknown { .. }) if n == 2 => assert_eq!(times, 0),
            Err(error) => panic!("{n}: {error:?}"),
        }
    }
    assert_eq!(second.inserts().len() as u64, harness.rows(&PLAIN).await - 1);
}

#[tokio::test]
async fn an_overloaded_endpoint_is_not_treated_as_dead() {
    let harness = Harness::new("first_busy").await;
    let parameters = "max_retries=2&retry_base_delay=0.001&retry_max_delay=0.002&quarantine=30";
    let (second, db) = two(&harness, parameters);
    harness
        .proxy
        .queries_meet([Fault::answer(500, &exception(202, "Too many simultaneous queries"))]);
    assert_eq!(read(&db, ONE).await.unwrap(), [1]);
    let before = harness.proxy.seen().len();
    assert_eq!((before, second.seen().len()), (1, 1));
    // The next call begins with the first again.
    assert_eq!(read(&db, ONE).await.unwrap(), [1]);
    assert_eq!((harness.proxy.seen().len(), second.seen().len()), (2, 1));
}

#[tokio::test]
async fn an_insert_that_one_server_deduplicates_is_not_sent_to_another() {
    let harness = Harness::new("same_server").await;
    let (second, db) = two(&harness, "max_retries=3&retry_base_delay=0.01");
    harness.proxy.inserts_meet([Fault::Lose, Fault::ResetBefore]);
    db.insert(numbers(WINDOWED, [1])).await.unwrap();
    assert_eq!((harness.proxy.inserts().len(), second.inserts().len()), (3, 0));
    assert_eq!(harness.times(&WINDOWED, 1).await, 1);
}

#[tokio::test]
async fn a_server_that_moved_to_another_port_is_found_behind_its_address() {
    let harness = Harness::new("switched").await;
    let db = harness.manager("max_retries=20&retry_base_delay=0.05&retry_max_delay=0.2");
    db.insert(numbers(WINDOWED, [1])).await.unwrap();
    let nowhere = "127.0.0.1:1".parse().unwrap();
    harness.proxy.switch_to(nowhere);
    // The connections that were kept end with the old place.
    harness.proxy.refuse(true);
    until("they have ended", async || harness.proxy.open_connections() == 0).await;
    harness.proxy.refuse(false);
    let before = harness.proxy.seen().len();
    let back = async {
        until("it is not found", async || harness.proxy.seen().len() > before).await;
        harness.proxy.switch_to(harness.direct_address());
    };
    let (stored, ()) = tokio::join!(db.insert(numbers(WINDOWED, [2])), back);
    stored.unwrap();
    assert!(harness.proxy.seen().len() > before + 1);
    assert_eq!(harness.rows(&WINDOWED).await, 2);
}

#[tokio::test]
async fn kept_connections_that_die_between_requests_cost_nothing() {
    let harness = Harness::new("keep_alive").await;
    let db = harness.manager("max_retries=3&retry_base_delay=0.001");
    for n in 1..=20 {
        let die = if n % 2 == 0 { Fault::CloseIdle } else { Fault::ResetIdle };
        harness.proxy.inserts_meet([die.clone()]);
        harness.proxy.queries_meet([die.clone(), die]);
        db.insert(numbers(WINDOWED, [n])).await.unwrap();
        assert_eq!(harness.times(&WINDOWED, n).await, 1);
    }
}
