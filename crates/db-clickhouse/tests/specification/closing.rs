//! FR-006: closing, and what it does to calls in flight.

use std::sync::Arc;
use std::time::Duration;

use db_clickhouse::ClickHouseManager;
use db_port::{DbError, QueryExecutor, Statement};
use tokio::time::{sleep, timeout};
use wiremock::{MockServer, ResponseTemplate};

use crate::support::connector::Flaky;
use crate::support::table::{Class, Tokens, attempts, one_row, server, setting};
use crate::support::{Reply, arrow, arrow_pieces, config, numbers, scripted, version};
use crate::{LATE, SOON, answering, manager, on};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fr_006_connecting_while_it_is_closed_connects_or_fails_but_is_never_turned_away() {
    let config = config("127.0.0.1:1").with_close_timeout(LATE);
    let network = Flaky::refusing(u32::MAX);
    let db = Arc::new(ClickHouseManager::with_connector(config, network).unwrap());
    let closing = Arc::clone(&db);
    let closer = tokio::spawn(async move {
        loop {
            closing.close().await.unwrap();
            tokio::task::yield_now().await;
        }
    });
    for _ in 0..500 {
        let error = db.connect().await.unwrap_err();
        assert!(matches!(error, DbError::Unavailable { .. }), "{error:?}");
    }
    closer.abort();
}

#[tokio::test]
async fn fr_006_close_is_idempotent_turns_new_calls_away_and_can_be_undone() {
    let server = answering(arrow(&[version()])).await;
    let db = manager(on(&server));
    db.connect().await.unwrap();
    db.close().await.unwrap();
    db.close().await.unwrap();
    assert!(!db.is_connected());
    for class in Class::ALL {
        let result = class.run(&db).await;
        assert!(matches!(result, Err(DbError::Closed)), "{class:?}: {result:?}");
    }
    let health = db.health_check().await;
    assert!(matches!(health, Err(DbError::Closed)), "{health:?}");
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
    db.connect().await.unwrap();
    Class::Read.run(&db).await.unwrap();
    assert_eq!(db.health_check().await.unwrap().version, "26.7.1.1");
}

/// Waits until the server has got so many requests of this kind.
async fn until_sent(server: &MockServer, text: &str, count: usize) {
    let sent = async || {
        let requests = server.received_requests().await.unwrap();
        let holds = |request: &wiremock::Request| {
            request.url.as_str().contains(text)
                || String::from_utf8_lossy(&request.body).contains(text)
        };
        requests.iter().filter(|request| holds(request)).count()
    };
    let waited = timeout(LATE, async {
        while sent().await < count {
            sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.unwrap();
}

#[tokio::test]
async fn fr_006_calls_in_flight_may_end_within_the_grace_time() {
    let answer = ResponseTemplate::new(200).set_body_bytes(one_row()).set_delay(SOON);
    let server = server(Tokens::Ignored, answer).await;
    let db = manager(on(&server).with_close_timeout(LATE));
    let call = Class::Read.run(&db);
    let close = async {
        until_sent(&server, "SELECT n FROM t", 1).await;
        db.close().await
    };
    let (called, closed) = tokio::join!(call, close);
    called.unwrap();
    closed.unwrap();
}

#[tokio::test]
async fn fr_006_an_insert_in_flight_may_end_though_it_has_only_asked_for_its_columns() {
    let server = MockServer::start().await;
    let (asked, columns) = ("SELECT * FROM `t` WHERE 0", crate::support::table::columns());
    for (text, body, delay) in [
        (asked, arrow(&[columns]), SOON),
        (
            "system.tables",
            arrow(&[crate::support::table::deduplication(Tokens::Ignored)]),
            Duration::ZERO,
        ),
    ] {
        wiremock::Mock::given(wiremock::matchers::body_string_contains(text))
            .respond_with(ResponseTemplate::new(200).set_body_bytes(body).set_delay(delay))
            .mount(&server)
            .await;
    }
    let stored = wiremock::Mock::given(wiremock::matchers::any());
    let summary = ResponseTemplate::new(200).insert_header("X-ClickHouse-Summary", "{}");
    stored.respond_with(summary).mount(&server).await;
    let db = manager(on(&server).with_close_timeout(LATE));
    let close = async {
        until_sent(&server, asked, 1).await;
        db.close().await
    };
    let (stored, closed) = tokio::join!(Class::OtherInsert.run(&db), close);
    stored.unwrap();
    closed.unwrap();
}

#[tokio::test]
async fn fr_006_a_closing_that_is_given_up_ends_calls_in_flight_at_once() {
    let db = manager(config(&scripted(vec![Reply::Stuck(vec![])])).with_close_timeout(LATE * 10));
    let close = async {
        sleep(SOON).await;
        timeout(SOON, db.close()).await.unwrap_err();
    };
    let (called, ()) =
        timeout(LATE, async { tokio::join!(Class::Read.run(&db), close) }).await.unwrap();
    assert!(matches!(called, Err(DbError::Closed)), "{called:?}");
}

#[tokio::test]
async fn an_insert_that_is_dropped_is_killed_under_its_query_id() {
    let answer = ResponseTemplate::new(200).set_delay(LATE);
    let server = server(Tokens::Ignored, answer).await;
    let db = manager(on(&server));
    let dropped = async {
        tokio::select! {
            done = Class::OtherInsert.run(&db) => panic!("{done:?}"),
            () = until_sent(&server, "INSERT", 1) => {}
        }
    };
    dropped.await;
    until_sent(&server, "KILL QUERY", 1).await;
    let sent = server.received_requests().await.unwrap();
    let kill = sent.iter().find(|r| String::from_utf8_lossy(&r.body).contains("KILL")).unwrap();
    let id = setting(&attempts(&server).await[0], "query_id");
    assert!(String::from_utf8_lossy(&kill.body).contains(&id), "{id}");
}

#[tokio::test]
async fn fr_006_calls_in_flight_are_cancelled_after_the_grace_time() {
    let mut rows = arrow_pieces(&[numbers(&[1])]);
    rows.truncate(2);
    let replies = vec![Reply::Stuck(rows), Reply::Stuck(vec![]), Reply::Stuck(vec![])];
    let db = manager(config(&scripted(replies)).with_close_timeout(SOON));
    let mut stream = db.query(Statement::new("SELECT n FROM t")).await.unwrap();
    let close = async {
        sleep(SOON).await;
        db.close().await
    };
    let (query, statement, closed) = timeout(LATE, async {
        tokio::join!(Class::Read.run(&db), Class::OtherStatement.run(&db), close)
    })
    .await
    .unwrap();
    closed.unwrap();
    assert!(matches!(query, Err(DbError::Closed)), "{query:?}");
    // It was sent, so that its outcome is unknown.
    assert!(matches!(statement, Err(DbError::OutcomeUnknown { .. })), "{statement:?}");
    let next = futures_util::TryStreamExt::try_next(&mut stream).await;
    assert!(matches!(next, Err(DbError::Closed)), "{next:?}");
}

#[tokio::test]
async fn fr_006_a_connect_that_closing_ends_does_not_spoil_the_next() {
    let whole = || Reply::Whole(arrow_pieces(&[version()]));
    let address = scripted(vec![Reply::Stuck(vec![]), whole()]);
    let db = Arc::new(manager(config(&address).with_close_timeout(Duration::ZERO)));
    let first = tokio::spawn({
        let db = Arc::clone(&db);
        async move { db.connect().await }
    });
    sleep(SOON).await;
    db.close().await.unwrap();
    timeout(LATE, db.connect()).await.unwrap().unwrap();
    let first = timeout(LATE, first).await.unwrap().unwrap();
    assert!(matches!(first, Err(DbError::Closed)), "{first:?}");
}
