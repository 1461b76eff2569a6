//! What calls make of a server that stands still, crashes, stops and comes back. Each test has a
//! container of its own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use candle_repository::CandleRepository;
use candlehouse_tests::container::Container;
use candlehouse_tests::table::number;
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{DbError, Phase, QueryExecutor, Statement};
use futures_util::future::LocalBoxFuture;
use tokio::sync::watch;

use crate::candles::{daily, key};

type Test = fn() -> LocalBoxFuture<'static, ()>;

pub(crate) const TESTS: [(&str, Test); 3] = [
    ("a_call_to_a_frozen_server_waits_or_ends_by_its_deadline", || {
        Box::pin(a_call_to_a_frozen_server_waits_or_ends_by_its_deadline())
    }),
    ("rows_acknowledged_before_a_crash_are_there_and_none_twice", || {
        Box::pin(rows_acknowledged_before_a_crash_are_there_and_none_twice())
    }),
    ("health_tells_a_stopped_server_and_finds_it_started_again", || {
        Box::pin(health_tells_a_stopped_server_and_finds_it_started_again())
    }),
];

const SEVEN: Statement = Statement::new("SELECT toUInt64(7) AS n");

/// Longer than anything here takes, so that a test that hangs fails.
const TIME_LIMIT: Duration = Duration::from_secs(120);

async fn start() -> (Container, Arc<ClickHouseManager>) {
    let container = Container::start().await.unwrap();
    let config = ClickHouseConfig::from_url(&container.url()).unwrap();
    (container, Arc::new(ClickHouseManager::new(config).unwrap()))
}

async fn a_call_to_a_frozen_server_waits_or_ends_by_its_deadline() {
    let (server, db) = start().await;
    assert_eq!(number(&*db, SEVEN).await, 7);
    server.pause().await;

    let patient = number(&*db, SEVEN.with_timeout(TIME_LIMIT));
    let meanwhile = async {
        let begin = Instant::now();
        let result = db.query(SEVEN.with_timeout(Duration::from_secs(1))).await.map(drop);
        let in_time =
            matches!(result, Err(DbError::Timeout { phase: Phase::Connect | Phase::Request, .. }));
        assert!(in_time, "{result:?}");
        assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
        let health = db.health_check().await;
        assert!(matches!(health, Err(DbError::Timeout { .. })), "{health:?}");
        server.unpause().await;
    };
    let (waited, ()) = tokio::join!(patient, meanwhile);

    assert_eq!(waited, 7);
    assert_eq!(number(&*db, SEVEN).await, 7);
    db.health_check().await.unwrap();
}

async fn rows_acknowledged_before_a_crash_are_there_and_none_twice() {
    const EACH: usize = 10;
    let (server, db) = start().await;
    let store = CandleRepository::new(db.clone());
    store.create_schema().await.unwrap();
    let candles = daily("2000-01-01", 200 * EACH);
    let (key, (acknowledge, mut acknowledged)) = (key(), watch::channel(0));
    let (enough, stop) = watch::channel(false);

    let writer = async {
        for (part, n) in candles.chunks(EACH).zip(1..) {
            let begin = Instant::now();
            while let Err(error) = store.upsert(&key, part).await {
                assert!(begin.elapsed() < TIME_LIMIT, "{error:?}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            acknowledge.send_replace(n);
            if *stop.borrow() {
                break;
            }
        }
        *acknowledge.borrow() * EACH
    };
    let crash = async {
        acknowledged.wait_for(|&n| n >= 5).await.unwrap();
        server.kill().await;
        let before = *acknowledged.borrow_and_update();
        server.start_again().await;
        acknowledged.wait_for(|&n| n >= before + 5).await.unwrap();
        enough.send_replace(true);
    };
    let (stored, ()) = tokio::time::timeout(TIME_LIMIT, async { tokio::join!(writer, crash) })
        .await
        .expect("the writer goes on after the crash");

    let found = store.range(&key, ..).await.unwrap();
    assert_eq!(found.iter().collect::<Vec<_>>(), candles[..stored]);
    let count = Statement::new("SELECT count() AS n FROM candles FINAL");
    assert_eq!(number(&*db, count).await, stored as u64);
}

async fn health_tells_a_stopped_server_and_finds_it_started_again() {
    let (server, db) = start().await;
    let store = CandleRepository::new(db.clone());
    store.create_schema().await.unwrap();
    let (key, candles) = (key(), daily("2024-01-01", 50));
    store.upsert(&key, &candles).await.unwrap();
    db.health_check().await.unwrap();
    assert!(db.is_connected());

    server.stop().await;
    let health = db.health_check().await;
    assert!(matches!(health, Err(DbError::Unavailable { .. })), "{health:?}");
    assert!(!db.is_connected());

    server.start_again().await;
    db.health_check().await.unwrap();
    assert!(db.is_connected());
    assert_eq!(store.range(&key, ..).await.unwrap().iter().collect::<Vec<_>>(), candles);
}
