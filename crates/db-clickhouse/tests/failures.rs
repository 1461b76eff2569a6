//! What becomes of failures to reach the server, or to get its answer.
#![allow(clippy::panic, clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;

use std::error::Error;
use std::time::Duration;

use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{DbError, QueryExecutor, Retryability, Statement};
use support::{Reply, config, exception, manager, refusing_address, scripted, shown};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

const QUERY: Statement = Statement::new("SELECT n FROM t");

async fn failure(db: &ClickHouseManager) -> DbError {
    db.query(QUERY).await.map(drop).unwrap_err()
}

/// A server that answers everything with this status and text.
async fn answering(status: u16, text: &str) -> (MockServer, ClickHouseManager) {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(status).set_body_string(text))
        .mount(&server)
        .await;
    let db = manager(&server.address().to_string());
    (server, db)
}

#[tokio::test]
async fn a_refused_connection_names_host_and_port_and_what_to_check() {
    let free = refusing_address();
    let db = manager(&free);
    let statement = || Statement::new("DROP TABLE t");
    for error in [failure(&db).await, db.execute(statement()).await.unwrap_err()] {
        assert!(matches!(error, DbError::Unavailable { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(&free) && text.contains("8123"), "{text}");
        assert!(error.source().is_some());
        assert!(!shown(&error).contains("hunter2"), "{}", shown(&error));
    }
    assert!(!db.is_connected());
}

#[tokio::test]
async fn an_unknown_host_is_told_apart_from_a_refused_connection() {
    let error = failure(&manager("no-such-host.invalid:8123")).await;
    let text = error.to_string();
    assert!(matches!(error, DbError::Unavailable { .. }), "{error:?}");
    assert!(text.contains("no-such-host.invalid") && text.contains("check the host"), "{text}");
}

#[tokio::test]
async fn tls_to_a_server_without_it_is_a_mistake_of_the_configuration() {
    let (server, _) = answering(200, "").await;
    let url = format!("https://127.0.0.1:{}", server.address().port());
    let db = ClickHouseManager::new(ClickHouseConfig::from_url(&url).unwrap()).unwrap();
    let error = failure(&db).await;
    assert!(matches!(&error, DbError::Configuration { key, .. } if key == "secure"), "{error:?}");
    assert!(error.to_string().contains("TLS handshake"), "{error}");
    assert_eq!(error.retryability(), Retryability::Never);
}

#[tokio::test]
async fn a_wrong_password_is_the_databases_error_and_not_shown() {
    let text = exception(516, "reader: Authentication failed: password is incorrect.");
    let (_server, db) = answering(403, &text).await;
    let error = failure(&db).await;
    assert_eq!((error.code(), error.retryability()), (Some(516), Retryability::Never));
    assert!(!shown(&error).contains("hunter2"), "{}", shown(&error));
}

#[tokio::test]
async fn an_overload_is_retryable_later() {
    let (_server, db) = answering(500, &exception(202, "Too many simultaneous queries.")).await;
    assert_eq!(failure(&db).await.retryability(), Retryability::Later);
}

#[tokio::test]
async fn an_overload_of_another_server_may_have_come_half_way() {
    let remote = "Received from shard-2:9000. DB::Exception: Too many simultaneous queries.";
    let hosts = "There was an error on [shard-2:9000]: Code: 202. DB::Exception: Too many.";
    for text in [remote, hosts] {
        for code in [202, 745, 749, 762] {
            let (_server, db) = answering(500, &exception(code, text)).await;
            assert_eq!(failure(&db).await.code(), Some(code));
            let error = db.execute(Statement::new("INSERT INTO d SELECT 1")).await.unwrap_err();
            let DbError::OutcomeUnknown { source: Some(source), .. } = error else {
                panic!("{error:?}");
            };
            assert!(source.to_string().contains("shard-2"), "{source}");
        }
    }
    let (_server, db) = answering(500, &exception(202, "Too many simultaneous queries.")).await;
    let error = db.execute(Statement::new("INSERT INTO d SELECT 1")).await.unwrap_err();
    assert_eq!(error.code(), Some(202), "{error:?}");
}

#[tokio::test]
async fn a_load_balancer_that_turns_requests_away_is_unavailable() {
    for page in ["", "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>"] {
        let (_server, db) = answering(503, page).await;
        let statement = Statement::new("DROP TABLE t");
        for error in [failure(&db).await, db.execute(statement).await.unwrap_err()] {
            assert!(matches!(error, DbError::Unavailable { .. }), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_load_balancer_without_an_answer_leaves_the_outcome_unknown() {
    let (_server, db) = answering(504, "<html><body><h1>504 Gateway Time-out</h1>").await;
    assert!(matches!(failure(&db).await, DbError::Interrupted { rows: 0, .. }));
    let error = db.execute(Statement::new("DROP TABLE t")).await.unwrap_err();
    assert!(matches!(error, DbError::OutcomeUnknown { .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_of_something_else_is_shown() {
    for text in ["Port 9000 is for clickhouse-client program", "<h1>It works. Code: 60.</h1>"] {
        let (_server, db) = answering(400, text).await;
        let error = failure(&db).await;
        assert!(matches!(error, DbError::UnexpectedResult { .. }), "{error:?}");
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[tokio::test]
async fn a_form_that_is_too_much_for_the_server_is_invalid_and_never_retried() {
    let bare = "HTML Form Exception: Field value too long";
    let many = "HTML Form Exception: Too many form fields";
    for (text, setting) in [
        (format!("Poco::Exception. Code: 1000, e.code() = 0, {bare} (version 26.7.1.1)"), "size"),
        (format!("Poco::Exception. Code: 1000, e.code() = 0, e.displayText() = {bare}"), "size"),
        (bare.to_owned(), "http_max_field_value_size"),
        (format!("Poco::Exception. Code: 1000, e.code() = 0, {many}"), "http_max_fields"),
    ] {
        let (server, _) = answering(500, &text).await;
        let config = config(&server.address().to_string()).with_max_retries(3);
        let db = ClickHouseManager::new(config).unwrap();
        let statement = Statement::new("ALTER TABLE t DELETE WHERE n = 1").idempotent();
        for error in [failure(&db).await, db.execute(statement).await.unwrap_err()] {
            assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
            assert!(error.to_string().contains(setting), "{error}");
            assert_eq!(error.retryability(), Retryability::Never);
        }
        assert_eq!(server.received_requests().await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn text_that_only_holds_such_a_refusal_is_taken_for_none() {
    let held = "row 1: HTML Form Exception: Field value too long";
    let (_server, db) = answering(500, &exception(395, held)).await;
    assert_eq!(failure(&db).await.code(), Some(395));
    let (_server, db) = answering(500, held).await;
    let error = db.execute(Statement::new("DROP TABLE t")).await.unwrap_err();
    assert!(matches!(error, DbError::OutcomeUnknown { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_hangs_up_interrupts_a_query_and_hides_a_statements_outcome() {
    let db = manager(&scripted(vec![Reply::HangUp, Reply::HangUp]));
    let error = failure(&db).await;
    assert!(matches!(error, DbError::Interrupted { rows: 0, source: Some(_), .. }), "{error:?}");
    let error = db.execute(Statement::new("DROP TABLE t")).await.unwrap_err();
    let DbError::OutcomeUnknown { query_id, source, .. } = error else { panic!("{error:?}") };
    assert!(query_id.ends_with("-1"), "{query_id}");
    assert!(source.is_some());
}

#[tokio::test]
async fn a_statement_without_an_answer_in_time_has_an_unknown_outcome() {
    let db = manager(&scripted(vec![Reply::Stuck(vec![])]));
    let statement = Statement::new("DROP TABLE t").with_timeout(Duration::from_millis(200));
    let error = db.execute(statement).await.unwrap_err();
    let DbError::OutcomeUnknown { source: Some(source), .. } = error else { panic!("{error:?}") };
    assert!(source.to_string().contains("timed out after 200ms"), "{source}");
}
