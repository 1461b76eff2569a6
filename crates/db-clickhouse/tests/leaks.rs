//! What is left of calls that ended before their exchange with the server did: nothing.
#![allow(clippy::panic, clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;

use std::time::Duration;

use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{DbError, Insert, QueryExecutor, Result, Statement};
use futures_util::TryStreamExt;
use futures_util::future::join_all;
use support::memory::{Memory, Peer};
use support::numbers;
use support::table::T;
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

/// Both neither read nor answer, but it is the first that is hard to leave.
const PEERS: [(Peer, usize); 2] = [(Peer::Stuck, 1000), (Peer::Silent, 50)];
const SHORT: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_secs(3600);
/// Longer than connections stay idle, and than it takes to end on the server what was dropped.
const AFTERWARDS: Duration = Duration::from_secs(300);

fn on(network: &Memory) -> ClickHouseManager {
    let url = "clickhouse://alpha/prices?compression=false&max_retries=0";
    let config = ClickHouseConfig::from_url(url).unwrap().with_max_concurrent_requests(1000);
    ClickHouseManager::with_connector(config, network.clone()).unwrap()
}

/// Longer than what a peer that does not read has room for.
fn big(sql: &str) -> Statement {
    Statement::from_audited_text(format!("{sql} -- BIG {}", "x".repeat(10_000)))
}

/// One of three calls, of each kind.
async fn send(db: &ClickHouseManager, call: usize, limit: Duration) -> Result<()> {
    match call % 3 {
        0 => db.query(big("SELECT 1").with_timeout(limit)).await.map(drop),
        1 => db.execute(big("DROP TABLE t").with_timeout(limit)).await,
        _ => {
            let rows = numbers(&[7; 2000]);
            db.insert(Insert::new(T, rows).with_setting("BIG", 1).with_timeout(limit))
                .await
                .map(drop)
        }
    }
}

/// Nothing is open, and no task is alive but this one.
async fn assert_nothing_is_left(db: ClickHouseManager, network: &Memory) {
    sleep(AFTERWARDS).await;
    assert_eq!(network.open(), 0);
    drop(db);
    sleep(AFTERWARDS).await;
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn calls_that_time_out_at_a_peer_that_never_reads_leave_nothing() {
    for (peer, count) in PEERS {
        let network = Memory::new(peer);
        let db = on(&network);
        let calls = join_all((0..count).map(|call| send(&db, call, SHORT))).await;
        assert!(calls.iter().all(Result::is_err));
        assert_nothing_is_left(db, &network).await;
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_dropped_at_a_peer_that_never_reads_leave_nothing() {
    for (peer, count) in PEERS {
        let network = Memory::new(peer);
        let db = on(&network);
        let calls = (0..count).map(|call| timeout(SHORT, send(&db, call, LONG)));
        assert!(join_all(calls).await.iter().all(Result::is_err));
        assert_nothing_is_left(db, &network).await;
    }
}

#[tokio::test(start_paused = true)]
async fn calls_whose_answer_begins_and_does_not_end_leave_nothing() {
    for limit in [SHORT, LONG] {
        let network = Memory::new(Peer::Begins);
        let db = on(&network);
        let calls = (0..30).map(|call| timeout(SHORT * 2, send(&db, call, limit)));
        for (call, result) in join_all(calls).await.into_iter().enumerate() {
            let has_begun = matches!(result, Ok(Ok(())));
            assert_eq!(has_begun, call % 3 == 0, "{result:?}");
        }
        assert_nothing_is_left(db, &network).await;
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_closing_ends_at_a_peer_that_never_reads_leave_nothing() {
    for (peer, count) in PEERS {
        let network = Memory::new(peer);
        let db = on(&network);
        let close = async {
            sleep(SHORT).await;
            db.close().await
        };
        let calls = join_all((0..count).map(|call| send(&db, call, LONG)));
        let (calls, closed) = tokio::join!(calls, close);
        closed.unwrap();
        assert!(calls.iter().all(Result::is_err));
        assert_nothing_is_left(db, &network).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_nobody_polls_has_no_connection_after_closing() {
    let network = Memory::new(Peer::Begins);
    let db = on(&network);
    let mut polled = db.query(Statement::new("SELECT n FROM t")).await.unwrap();
    polled.try_next().await.unwrap().unwrap();
    let mut never_polled = db.query(Statement::new("SELECT n FROM t")).await.unwrap();
    assert_eq!(network.open(), 2);
    db.close().await.unwrap();
    assert_eq!(network.open(), 0);
    for stream in [&mut polled, &mut never_polled] {
        let next = stream.try_next().await;
        assert!(matches!(next, Err(DbError::Closed)), "{next:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_never_sent_is_no_open_question_when_closing_ends_it() {
    let network = Memory::new(Peer::Takes);
    let db = on(&network);
    db.insert(Insert::new(T, numbers(&[1]))).await.unwrap();
    network.darken("alpha");
    let close = async {
        sleep(SHORT).await;
        db.close().await
    };
    let insert = db.insert(Insert::new(T, numbers(&[2])));
    let statement = db.execute(Statement::new("DROP TABLE t"));
    let (insert, statement, closed) = tokio::join!(insert, statement, close);
    closed.unwrap();
    for result in [insert.map(drop), statement] {
        assert!(matches!(result, Err(DbError::Closed)), "{result:?}");
    }
    assert_eq!((network.seen("INSERT"), network.seen("KILL"), network.open()), (1, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_dropped_while_its_connection_opens_is_neither_sent_nor_killed() {
    let network = Memory::new(Peer::Takes);
    let db = on(&network);
    db.insert(Insert::new(T, numbers(&[1]))).await.unwrap();
    network.darken("alpha");
    let insert = timeout(SHORT, db.insert(Insert::new(T, numbers(&[2]))));
    let statement = timeout(SHORT, db.execute(Statement::new("DROP TABLE t")));
    let (insert, statement) = tokio::join!(insert, statement);
    assert!(insert.is_err() && statement.is_err());
    network.lighten();
    sleep(AFTERWARDS).await;
    assert_eq!((network.seen("INSERT"), network.seen("DROP"), network.seen("KILL")), (1, 0, 0));
    assert_nothing_is_left(db, &network).await;
}

#[tokio::test(start_paused = true)]
async fn every_dropped_change_is_killed_also_when_the_server_is_slow_to_do_it() {
    let network = Memory::new(Peer::Silent);
    let db = on(&network);
    // More than are killed at the same time, four times over.
    network.ignore_kills(31);
    let calls = (0..32).map(|_| timeout(SHORT, db.execute(Statement::new("DROP TABLE t"))));
    assert!(join_all(calls).await.iter().all(Result::is_err));
    sleep(AFTERWARDS).await;
    assert_eq!(network.seen("KILL"), 32);
    assert_nothing_is_left(db, &network).await;
}
