//! The rows of the original specification, each with the tests that name it. FR-004 at full size is
//! tested on an engine.
#![allow(clippy::panic, clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{
    DbError, HealthProblem, Insert, Phase, QueryExecutor, QueryExecutorExt, Statement, Value,
};
use support::connector::Flaky;
use support::table::{Class, T, Tokens, attempts, one_row, server, setting};
use support::{Reply, arrow, arrow_pieces, config, exception, numbers, scripted, version};
use tokio::time::{sleep, timeout};
use wiremock::{MockServer, ResponseTemplate};

const SOON: Duration = Duration::from_millis(200);
const LATE: Duration = Duration::from_secs(20);

async fn answering(body: Vec<u8>) -> MockServer {
    server(Tokens::Ignored, ResponseTemplate::new(200).set_body_bytes(body)).await
}

fn on(server: &MockServer) -> ClickHouseConfig {
    config(&server.address().to_string())
}

fn manager(config: ClickHouseConfig) -> ClickHouseManager {
    ClickHouseManager::new(config).unwrap()
}

#[tokio::test]
async fn fr_001_constructing_opens_nothing_and_the_first_use_connects() {
    let server = answering(one_row()).await;
    let network = Flaky::refusing(0);
    let db = ClickHouseManager::with_connector(on(&server), network.clone()).unwrap();
    assert!(!db.is_connected());
    assert_eq!(network.asked(), 0);
    Class::Read.run(&db).await.unwrap();
    assert!(db.is_connected());
    assert_eq!(network.asked(), 1);
}

#[tokio::test]
async fn fr_002_connect_retries_with_backoff_and_is_idempotent() {
    let server = answering(arrow(&[version()])).await;
    let network = Flaky::refusing(2);
    let config = on(&server).with_max_retries(3).with_retry_base_delay(Duration::from_millis(1));
    let db = ClickHouseManager::with_connector(config, network.clone()).unwrap();
    db.connect().await.unwrap();
    assert_eq!((network.asked(), db.is_connected()), (3, true));
    db.connect().await.unwrap();
    assert_eq!(attempts(&server).await.len(), 1);
}

#[tokio::test]
async fn fr_002_callers_join_a_connect_under_way_and_hear_the_same() {
    let answer = ResponseTemplate::new(200).set_body_bytes(arrow(&[version()])).set_delay(SOON);
    let server = server(Tokens::Ignored, answer).await;
    let db = manager(on(&server));
    let connected = futures_util::future::join_all((0..10).map(|_| db.connect())).await;
    assert!(connected.iter().all(Result::is_ok), "{connected:?}");
    assert_eq!(attempts(&server).await.len(), 1);

    let network = Flaky::refusing(u32::MAX);
    let db = ClickHouseManager::with_connector(on(&server), network.clone()).unwrap();
    let failed = futures_util::future::join_all((0..10).map(|_| db.connect())).await;
    for result in failed {
        assert!(matches!(result, Err(DbError::Unavailable { .. })), "{result:?}");
    }
    assert_eq!(network.asked(), 1);
}

#[tokio::test]
async fn fr_002_connect_hands_out_the_connected_client() {
    let server = answering(arrow(&[version()])).await;
    let client = manager(on(&server)).client().await.unwrap();
    let mut bytes = client.query_raw("SELECT 1").fetch_bytes("ArrowStream").unwrap();
    assert_eq!(bytes.collect().await.unwrap(), arrow(&[version()]));
    let request = &attempts(&server).await[1];
    assert_eq!(
        (setting(request, "database").as_str(), &*request.body),
        ("prices", &b"SELECT 1"[..])
    );
    assert_eq!(request.headers["x-clickhouse-user"], "reader");
}

#[tokio::test]
async fn fr_003_parameters_arrays_and_null_travel_beside_the_text() {
    let server = answering(one_row()).await;
    let db = manager(on(&server));
    let sql = "SELECT {s:String}, {a:Array(Int64)}, {n:Nullable(Float64)}";
    let bound =
        |sql| Statement::new(sql).bind("s", "it's").bind("a", vec![1, -2]).bind("n", Value::Null);
    db.query(bound(sql)).await.unwrap();
    db.execute(bound(sql)).await.unwrap();
    for request in attempts(&server).await {
        let body = String::from_utf8(request.body).unwrap();
        for (name, value) in
            [("query", sql), ("param_s", r"it\'s"), ("param_a", "[1,-2]"), ("param_n", r"\N")]
        {
            assert!(body.contains(&format!("name=\"{name}\"\r\n\r\n{value}\r\n")), "{body}");
        }
    }
}

#[tokio::test]
async fn fr_004_batches_are_acknowledged_one_by_one_and_the_rest_is_not_sent_after_a_failure() {
    let server = answering(Vec::new()).await;
    let db = manager(on(&server));
    let batches =
        [Ok(numbers(&[1])), Ok(numbers(&[2, 3])), Err(DbError::Closed), Ok(numbers(&[4]))];
    let stored = db.insert_all(T, futures_util::stream::iter(batches)).await;
    assert!(matches!(stored, Err(DbError::Closed)), "{stored:?}");
    assert_eq!(attempts(&server).await.len(), 2);
}

async fn problem(config: ClickHouseConfig) -> HealthProblem {
    let config = config.with_max_retries(5).with_health_timeout(SOON);
    let db = manager(config);
    assert!(!db.is_healthy().await);
    HealthProblem::of(&db.health_check().await.unwrap_err())
}

#[tokio::test]
async fn fr_005_health_is_true_only_if_the_server_answers_within_its_own_time() {
    let server = answering(arrow(&[version()])).await;
    assert!(manager(on(&server)).is_healthy().await);
    assert_eq!(manager(on(&server)).health_check().await.unwrap().version, "26.7.1.1");

    let text = exception(516, "reader: Authentication failed.");
    let refusing =
        support::table::server(Tokens::Ignored, ResponseTemplate::new(403).set_body_string(text));
    assert_eq!(problem(on(&refusing.await)).await, HealthProblem::CredentialsRefused);
    let silent = vec![Reply::Stuck(vec![]), Reply::Stuck(vec![])];
    assert_eq!(problem(config(&scripted(silent))).await, HealthProblem::TimedOut);
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    assert_eq!(problem(config(&free)).await, HealthProblem::Unreachable);
}

#[tokio::test]
async fn fr_005_a_full_pool_is_told_apart_from_a_sick_server() {
    let mut rows = arrow_pieces(&[numbers(&[1])]);
    rows.truncate(2);
    let config = config(&scripted(vec![Reply::Stuck(rows)])).with_max_connections(1);
    let db = manager(config.with_health_timeout(SOON));
    let _held = db.query(Statement::new("SELECT n FROM t")).await.unwrap();
    let error = db.health_check().await.unwrap_err();
    assert_eq!(HealthProblem::of(&error), HealthProblem::PoolFull, "{error:?}");
}

#[tokio::test]
async fn fr_005_a_health_check_is_never_repeated() {
    let answer = ResponseTemplate::new(500).set_body_string(exception(202, "Too many."));
    let server = server(Tokens::Ignored, answer).await;
    let db = manager(on(&server).with_max_retries(5));
    assert!(!db.is_healthy().await);
    assert_eq!(attempts(&server).await.len(), 1);
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
    db.connect().await.unwrap();
    Class::Read.run(&db).await.unwrap();
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
    let (asked, columns) = ("SELECT * FROM `t` WHERE 0", support::table::columns());
    for (text, body, delay) in [
        (asked, arrow(&[columns]), SOON),
        ("system.tables", arrow(&[support::table::protection(Tokens::Ignored)]), Duration::ZERO),
    ] {
        wiremock::Mock::given(wiremock::matchers::body_string_contains(text))
            .respond_with(ResponseTemplate::new(200).set_body_bytes(body).set_delay(delay))
            .mount(&server)
            .await;
    }
    let stored = wiremock::Mock::given(wiremock::matchers::any());
    stored.respond_with(ResponseTemplate::new(200)).mount(&server).await;
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
    // It was sent, so that nobody knows.
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

#[tokio::test]
async fn fr_007_scoped_use_connects_and_closes_on_every_way_out() {
    let server = answering(arrow(&[version()])).await;
    let open = || Arc::new(manager(on(&server)));

    let db = open();
    let seven = Arc::clone(&db)
        .scoped(async |db| {
            assert!(db.is_connected());
            Class::Read.run(&*db).await?;
            Ok::<_, DbError>(7)
        })
        .await;
    assert_eq!(seven.unwrap(), 7);
    assert_closed(&db).await;

    let db = open();
    let failed = Arc::clone(&db)
        .scoped(async |_| {
            Err::<(), _>(DbError::InvalidInput { what: "x".into(), reason: "y".into() })
        })
        .await;
    assert!(matches!(failed, Err(DbError::InvalidInput { .. })), "{failed:?}");
    assert_closed(&db).await;

    let db = open();
    let panicking = Arc::clone(&db);
    let task = tokio::spawn(panicking.scoped(async |db: Arc<ClickHouseManager>| {
        assert!(!db.is_connected(), "on purpose");
        Ok::<_, DbError>(())
    }));
    assert!(task.await.unwrap_err().is_panic());
    assert_closed(&db).await;

    let db = open();
    let endless = Arc::clone(&db).scoped(async |_| {
        std::future::pending::<()>().await;
        Ok::<_, DbError>(())
    });
    timeout(SOON, endless).await.unwrap_err();
    assert_closed(&db).await;
}

/// Closing may happen in the background.
async fn assert_closed(db: &ClickHouseManager) {
    timeout(LATE, async {
        while !matches!(db.health_check().await, Err(DbError::Closed)) {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
}

#[test]
fn config_has_the_specified_defaults_and_refuses_by_name_what_it_cannot_read() {
    let unset = ClickHouseConfig::from_vars(|_| None).unwrap();
    assert_eq!(unset.to_string(), "http://default@localhost:8123/jts");
    assert_eq!(unset.with_secure(true).to_string(), "https://default@localhost:8443/jts");
    let port = |name: &str| (name == "CLICKHOUSE_PORT").then(|| "http".into());
    let error = ClickHouseConfig::from_vars(port).unwrap_err().to_string();
    assert!(error.contains("CLICKHOUSE_PORT"), "{error}");
    let error = ClickHouseConfig::from_url("http://h?conect_timeout=1").unwrap_err().to_string();
    assert!(error.contains("conect_timeout"), "{error}");
}

#[tokio::test]
async fn nfr_001_a_server_that_takes_the_connection_and_is_silent_does_not_hold_connecting_up() {
    let silent = vec![Reply::Stuck(vec![])];
    let db = manager(config(&scripted(silent)).with_connect_timeout(SOON));
    let error = timeout(LATE, db.connect()).await.unwrap().unwrap_err();
    let DbError::Timeout { phase, limit } = error else { panic!("{error:?}") };
    assert_eq!((phase, limit), (Phase::Request, SOON));
}

#[tokio::test]
async fn nfr_001_connecting_has_a_time_limit_of_its_own() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = config(&silent.local_addr().unwrap().to_string());
    let db = manager(config.with_secure(true).with_connect_timeout(SOON));
    let error = timeout(LATE, db.connect()).await.unwrap().unwrap_err();
    let DbError::Timeout { phase, limit } = error else { panic!("{error:?}") };
    assert_eq!((phase, limit), (Phase::Connect, SOON));
}

#[tokio::test]
async fn nfr_001_a_deadline_that_ends_while_connecting_names_that_phase() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = config(&silent.local_addr().unwrap().to_string());
    let db = manager(config.with_secure(true));
    let statement = Statement::new("SELECT 1").with_timeout(SOON);
    let error = timeout(LATE, db.query(statement)).await.unwrap().map(drop).unwrap_err();
    let DbError::Timeout { phase, limit } = error else { panic!("{error:?}") };
    assert_eq!(phase, Phase::Connect);
    assert!(limit <= SOON, "{limit:?}");
}

#[tokio::test]
async fn nfr_002_there_are_three_retries_unless_told_otherwise() {
    let server = answering(one_row()).await;
    for (retries, attempts) in [(None, 4), (Some(0), 1), (Some(1), 2)] {
        let url = format!("http://{}/prices?retry_base_delay=0.001", server.address());
        let mut config = ClickHouseConfig::from_url(&url).unwrap();
        if let Some(retries) = retries {
            config = config.with_max_retries(retries);
        }
        let network = Flaky::refusing(u32::MAX);
        let db = ClickHouseManager::with_connector(config, network.clone()).unwrap();
        db.insert(Insert::new(T, numbers(&[1]))).await.unwrap_err();
        assert_eq!(network.asked(), attempts);
    }
}

#[tokio::test]
async fn risk_pool_exhaustion_ends_after_a_wait_of_its_own_and_says_how_many_are_busy() {
    let mut rows = arrow_pieces(&[numbers(&[1])]);
    rows.truncate(2);
    let replies = vec![Reply::Stuck(rows.clone()), Reply::Stuck(rows)];
    let config = config(&scripted(replies)).with_max_connections(2).with_pool_timeout(SOON);
    let db = manager(config);
    let query = || db.query(Statement::new("SELECT n FROM t"));
    let held = [query().await.unwrap(), query().await.unwrap()];
    let error = query().await.map(drop).unwrap_err();
    assert_eq!(error.to_string(), "timed out after 200ms in pool wait: all 2 connections are busy");
    drop(held);
    let error = query().await.map(drop).unwrap_err();
    assert!(matches!(error, DbError::Unavailable { .. }), "a place, but no server: {error:?}");
}

#[tokio::test]
async fn risk_long_delays_have_three_limits() {
    let network = Flaky::refusing(u32::MAX);
    let limited = |config: ClickHouseConfig| {
        let config = config.with_retry_budget(u32::MAX).with_retry_base_delay(SOON / 20);
        ClickHouseManager::with_connector(config, network.clone()).unwrap()
    };
    let tried = async |db: ClickHouseManager| {
        let before = network.asked();
        timeout(LATE, Class::Read.run(&db)).await.unwrap().unwrap_err();
        network.asked() - before
    };
    let config = || ClickHouseConfig::default();
    assert_eq!(tried(limited(config().with_max_retries(2))).await, 3);
    let short = config().with_max_retries(9).with_retry_max_delay(SOON / 20);
    assert_eq!(tried(limited(short)).await, 10);
    let brief = config().with_max_retries(u32::MAX).with_retry_max_delay(SOON / 20);
    assert!(tried(limited(brief.with_retry_timeout(SOON * 3))).await > 10);
}
