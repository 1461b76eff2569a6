//! Which versions of the server are taken, and how one that is too old is told.
#![allow(clippy::panic, clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use db_clickhouse::ClickHouseManager;
use db_port::{DbError, HealthProblem, Insert, QueryExecutor, Retryability, Statement};
use support::table::T;
use support::{arrow, config, exception, numbers};
use wiremock::matchers::{body_string_contains, method, query_param_contains};
use wiremock::{Mock, MockServer, ResponseTemplate};

const OLD: &str = "22.8.1.1";

fn answer(batch: RecordBatch) -> ResponseTemplate {
    ResponseTemplate::new(200)
        .set_body_bytes(arrow(&[batch]))
        .insert_header("X-ClickHouse-Summary", "{}")
}

/// A server that knows every setting and says that it is of this version.
async fn server(version: &str) -> MockServer {
    let server = MockServer::start().await;
    let column: ArrayRef = Arc::new(StringArray::from(vec![version]));
    Mock::given(body_string_contains("version()"))
        .respond_with(answer(RecordBatch::try_from_iter([("version", column)]).unwrap()))
        .with_priority(2)
        .mount(&server)
        .await;
    Mock::given(method("POST")).respond_with(answer(numbers(&[1]))).mount(&server).await;
    server
}

/// As [`server`], but one that refuses whoever sends a setting of this name, and says its version
/// as plain text.
async fn refusing(setting: &str, version: &str) -> MockServer {
    let server = server(version).await;
    let refusal = exception(115, &format!("Unknown setting {setting}. (UNKNOWN_SETTING)"));
    Mock::given(query_param_contains(setting, ""))
        .respond_with(ResponseTemplate::new(404).set_body_string(refusal))
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(query_param_contains("default_format", "TabSeparated"))
        .respond_with(ResponseTemplate::new(200).set_body_string(format!("{version}\n")))
        .with_priority(1)
        .mount(&server)
        .await;
    server
}

async fn old() -> MockServer {
    refusing("output_format_arrow_compression_method", OLD).await
}

fn manager(server: &MockServer) -> ClickHouseManager {
    let config = config(&server.address().to_string()).with_max_retries(3);
    ClickHouseManager::new(config).unwrap()
}

fn assert_unsupported(error: &DbError, version: &str) {
    let DbError::UnsupportedVersion { found, needed } = error else { panic!("{error:?}") };
    assert_eq!((found.as_str(), needed.as_str()), (version, "26.3"));
    assert_eq!(error.retryability(), Retryability::Never);
    assert_eq!(HealthProblem::of(error), HealthProblem::Failing);
}

async fn requests(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn connecting_to_an_old_server_names_both_versions_and_is_not_retried() {
    for (server, asked) in [(old().await, 2), (server("26.2.9.1").await, 1)] {
        let db = manager(&server);
        let error = db.connect().await.unwrap_err();
        assert_unsupported(&error, if asked == 2 { OLD } else { "26.2.9.1" });
        assert_eq!(requests(&server).await, asked);
        assert!(!db.is_connected());
        db.connect().await.unwrap_err();
    }
}

#[tokio::test]
async fn the_first_use_of_an_old_server_says_the_same() {
    let server = old().await;
    let query = manager(&server).query(Statement::new("SELECT n FROM t")).await.map(drop);
    let insert = manager(&server).insert(Insert::new(T, numbers(&[7]))).await.map(drop);
    let health = manager(&server).health_check().await.map(drop);
    for result in [query, insert, health] {
        assert_unsupported(&result.unwrap_err(), OLD);
    }
    assert_eq!(requests(&server).await, 6);
}

#[tokio::test]
async fn an_old_server_is_noticed_by_health_checks_and_by_connecting_after_a_use_that_worked() {
    let server = server("25.12.1.649").await;
    let db = manager(&server);
    db.execute(Statement::new("DROP TABLE t")).await.unwrap();
    assert_unsupported(&db.health_check().await.unwrap_err(), "25.12.1.649");
    db.execute(Statement::new("DROP TABLE t")).await.unwrap();
    assert!(db.is_connected());
    assert_unsupported(&db.connect().await.unwrap_err(), "25.12.1.649");
    assert!(!db.is_connected());
}

#[tokio::test]
async fn supported_and_unreadable_versions_are_taken() {
    for version in ["26.3.1.896-lts", "26.3.2.1.altinitystable", "27.1.1.1", "head", ""] {
        let server = server(version).await;
        let db = manager(&server);
        db.connect().await.unwrap();
        assert_eq!(db.health_check().await.unwrap().version, version);
        db.query(Statement::new("SELECT n FROM t")).await.map(drop).unwrap();
        assert_eq!(requests(&server).await, 3);
    }
}

#[tokio::test]
async fn an_unknown_setting_of_the_caller_stays_an_error_of_the_database() {
    for version in ["26.3.1.1", "no version"] {
        let server = refusing("no_such_setting", version).await;
        let query = Statement::new("SELECT n FROM t").with_setting("no_such_setting", "1");
        let error = manager(&server).query(query).await.map(drop).unwrap_err();
        assert_eq!(error.code(), Some(115), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_that_refuses_the_second_question_too_keeps_its_first_answer() {
    let server = MockServer::start().await;
    let refusal = exception(115, "Unknown setting output_format_arrow_compression_method");
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(404).set_body_string(refusal))
        .mount(&server)
        .await;
    assert_eq!(manager(&server).connect().await.unwrap_err().code(), Some(115));
}
