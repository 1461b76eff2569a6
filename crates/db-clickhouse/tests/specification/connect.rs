//! FR-001 and FR-002: connecting.

use std::time::Duration;

use db_clickhouse::ClickHouseManager;
use db_port::{DbError, QueryExecutor};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::connector::Flaky;
use crate::support::table::{Class, Tokens, attempts, one_row, server, setting};
use crate::support::{arrow, exception, version};
use crate::{SOON, answering, manager, on};

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
async fn fr_002_a_refused_login_is_no_connection_however_often_it_is_tried() {
    for code in [192, 193, 194, 195, 516] {
        let refusal = ResponseTemplate::new(403).set_body_string(exception(code, "Refused."));
        let server = server(Tokens::Ignored, refusal).await;
        let db = manager(on(&server));
        for _ in 0..2 {
            assert_eq!(db.connect().await.unwrap_err().code(), Some(code));
            assert!(!db.is_connected());
        }
    }
}

#[tokio::test]
async fn fr_002_who_was_connected_and_is_refused_then_has_to_connect_again() {
    let refusal = ResponseTemplate::new(403).set_body_string(exception(516, "Refused."));
    let server = server(Tokens::Ignored, refusal).await;
    answering_once(&server, arrow(&[version()])).await;
    let db = manager(on(&server));
    db.connect().await.unwrap();
    assert_eq!(Class::Read.run(&db).await.unwrap_err().code(), Some(516));
    assert!(!db.is_connected());
    for _ in 0..2 {
        assert_eq!(db.connect().await.unwrap_err().code(), Some(516));
    }
}

#[tokio::test]
async fn fr_002_an_exception_neither_connects_nor_disconnects() {
    let refusal = ResponseTemplate::new(500).set_body_string(exception(62, "Syntax error."));
    let server = server(Tokens::Ignored, refusal).await;
    let db = manager(on(&server));
    assert_eq!(db.connect().await.unwrap_err().code(), Some(62));
    assert!(!db.is_connected());
    answering_once(&server, arrow(&[version()])).await;
    db.connect().await.unwrap();
    assert_eq!(Class::Read.run(&db).await.unwrap_err().code(), Some(62));
    assert!(db.is_connected());
}

async fn answering_once(server: &MockServer, body: Vec<u8>) {
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(body))
        .up_to_n_times(1)
        .with_priority(2)
        .mount(server)
        .await;
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
