//! What the server gets.
#![allow(clippy::panic, clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;

use std::collections::HashMap;
use std::time::Duration;

use db_clickhouse::{ClickHouseManager, Compression};
use db_port::{DbError, Insert, QueryExecutor, QueryExecutorExt, Statement};
use support::table::T;
use support::{arrow, config, manager, numbers, version};
use wiremock::matchers::{body_string_contains, method};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

async fn server() -> MockServer {
    let server = MockServer::start().await;
    let answer = |body| {
        ResponseTemplate::new(200).set_body_bytes(body).insert_header("X-ClickHouse-Summary", "{}")
    };
    Mock::given(method("POST"))
        .and(body_string_contains("version()"))
        .respond_with(answer(arrow(&[version()])))
        .mount(&server)
        .await;
    Mock::given(method("POST")).respond_with(answer(arrow(&[numbers(&[1])]))).mount(&server).await;
    server
}

fn settings(request: &Request) -> HashMap<String, String> {
    request.url.query_pairs().into_owned().collect()
}

async fn sent(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap()
}

#[tokio::test]
async fn a_query_is_sent_with_its_database_user_and_settings() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    let statement = Statement::new("SELECT 'really?' AS n").with_setting("max_threads", 4);
    db.query_all(statement).await.unwrap();

    let request = &sent(&server).await[0];
    assert_eq!(request.body, b"SELECT 'really?' AS n");
    assert_eq!(request.headers["x-clickhouse-user"], "reader");
    assert_eq!(request.headers["x-clickhouse-key"], "hunter2");
    assert!(!request.url.as_str().contains("hunter2"), "{}", request.url);
    let settings = settings(request);
    for (name, value) in [
        ("database", "prices"),
        ("default_format", "ArrowStream"),
        ("max_threads", "4"),
        ("readonly", "2"),
        ("cancel_http_readonly_queries_on_client_close", "1"),
        ("output_format_arrow_string_as_string", "1"),
        ("output_format_arrow_date_as_uint16", "0"),
    ] {
        assert_eq!(settings[name], value, "{name}");
    }
    assert!(!settings.contains_key("max_execution_time"));
}

#[tokio::test]
async fn a_server_on_this_machine_is_not_asked_to_compress_unless_that_is_stated() {
    for (way, encoding) in [
        (Compression::Auto, None),
        (Compression::None, None),
        (Compression::Lz4, Some("lz4")),
        (Compression::Zstd, Some("zstd")),
    ] {
        let server = server().await;
        let config = config(&server.address().to_string()).with_compression(way);
        let db = ClickHouseManager::new(config).unwrap();
        db.query_all(Statement::new("SELECT 1")).await.unwrap();
        let callers = db.client().await.unwrap();
        callers.query("SELECT 1").execute().await.unwrap();
        let requests = sent(&server).await;
        assert_eq!(requests.len(), 3);
        for request in &requests {
            let asked = request.headers.get("accept-encoding").map(|asked| asked.to_str().unwrap());
            assert_eq!(asked, encoding, "{way:?}");
            let level = settings(request).remove("http_zlib_compression_level");
            assert_eq!(level.as_deref(), encoding.map(|_| "1"), "{way:?}");
        }
    }
}

#[tokio::test]
async fn parameters_are_sent_beside_the_text_and_escaped() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    let statement =
        Statement::new("SELECT {symbol:String}, {names:Array(String)}, {gone:Nullable(Int8)}")
            .bind("symbol", "a\tb\\N'; DROP TABLE t")
            .bind("names", vec!["it's", "\0"])
            .bind("gone", None::<i64>);
    db.query_all(statement).await.unwrap();

    let body = String::from_utf8(sent(&server).await[0].body.clone()).unwrap();
    for (name, value) in [
        ("query", "SELECT {symbol:String}, {names:Array(String)}, {gone:Nullable(Int8)}"),
        ("param_symbol", r"a\tb\\N\'; DROP TABLE t"),
        ("param_names", r"['it\'s','\0']"),
        ("param_gone", r"\N"),
    ] {
        let field = format!("name=\"{name}\"\r\n\r\n{value}\r\n");
        assert!(body.contains(&field), "{field} is not in {body}");
    }
}

#[tokio::test]
async fn each_request_has_a_query_id_of_its_own() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    db.query_all(Statement::new("SELECT 1")).await.unwrap();
    db.execute(Statement::new("DROP TABLE t")).await.unwrap();
    let ids: Vec<_> = sent(&server).await.iter().map(|r| settings(r)["query_id"].clone()).collect();
    assert_ne!(ids[0], ids[1]);
    assert!(ids.iter().all(|id| id.len() == 38 && id.ends_with("-1")), "{ids:?}");
}

#[tokio::test]
async fn the_time_limit_of_a_statement_is_sent_a_little_shorter() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    let limited = || Statement::new("SELECT 1").with_timeout(Duration::from_secs(10));
    db.query_all(limited()).await.unwrap();
    db.execute(limited()).await.unwrap();
    db.query_all(limited().with_setting("max_execution_time", 3)).await.unwrap();
    db.query_all(limited().with_timeout(Duration::MAX)).await.unwrap();
    let limits: Vec<_> =
        sent(&server).await.iter().map(|r| settings(r)["max_execution_time"].clone()).collect();
    for limit in &limits[..2] {
        let seconds: f64 = limit.parse().unwrap();
        assert!((9.0..=9.5).contains(&seconds), "{limits:?}");
    }
    assert_eq!(limits[2], "3");
}

#[tokio::test]
async fn a_statement_without_rows_is_not_read_only_and_its_answer_is_awaited_whole() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    db.execute(Statement::new("TRUNCATE TABLE t")).await.unwrap();
    let settings = settings(&sent(&server).await[0]);
    assert_eq!(settings["wait_end_of_query"], "1");
    assert!(!settings.contains_key("readonly"));
}

#[tokio::test]
async fn a_mutation_is_awaited_unless_its_caller_does_not_want_to() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    let delete = || Statement::new("ALTER TABLE t DELETE WHERE n = 1");
    db.execute(delete()).await.unwrap();
    db.execute(delete().with_setting("mutations_sync", 0)).await.unwrap();
    db.query_all(Statement::new("SELECT 1")).await.unwrap();
    let sent = sent(&server).await;
    let sync: Vec<_> = sent.iter().map(|r| settings(r).remove("mutations_sync")).collect();
    assert_eq!(sync, [Some("1".into()), Some("0".into()), None]);
}

#[tokio::test]
async fn what_cannot_be_sent_as_it_is_is_refused_and_not_sent() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    for (part, statement) in [
        ("statement", Statement::new(" ")),
        ("parameter a", Statement::new("SELECT {a:Int64}")),
        ("setting password", Statement::new("SELECT 1").with_setting("password", "x")),
        ("setting param_a", Statement::new("SELECT 1").with_setting("param_a", "x")),
        ("setting query", Statement::new("SELECT 1").with_setting("query", "DROP TABLE t")),
    ] {
        let query = db.query(statement.clone()).await.map(drop).unwrap_err();
        let execute = db.execute(statement).await.unwrap_err();
        for error in [query, execute] {
            assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
            assert!(error.to_string().contains(part), "{error}");
        }
    }
    assert!(sent(&server).await.is_empty());
}

#[tokio::test]
async fn a_setting_that_retries_rest_on_is_refused() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    for setting in ["readonly", "cancel_http_readonly_queries_on_client_close"] {
        let query = Statement::new("SELECT 1").with_setting(setting, 0);
        let error = db.query(query).await.map(drop).unwrap_err();
        assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
        assert!(error.to_string().contains(&format!("setting {setting}")), "{error}");
    }
    assert!(sent(&server).await.is_empty());
}

#[tokio::test]
async fn a_limit_that_is_reached_is_an_error_whatever_the_users_settings_say() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    db.query_all(Statement::new("SELECT 1")).await.unwrap();
    db.execute(Statement::new("INSERT INTO t SELECT 1")).await.unwrap();
    for request in &sent(&server).await {
        for mode in ["timeout_overflow_mode", "read_overflow_mode_leaf", "result_overflow_mode"] {
            assert_eq!(settings(request)[mode], "throw", "{}", request.url);
        }
    }
}

#[tokio::test]
async fn a_setting_that_makes_a_short_answer_look_whole_is_refused() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    for setting in [
        "timeout_overflow_mode",
        "timeout_overflow_mode_leaf",
        "set_overflow_mode",
        "x_overflow_mode",
        "profile",
    ] {
        let statement = || Statement::new("SELECT 1").with_setting(setting, "break");
        let query = db.query(statement()).await.map(drop).unwrap_err();
        let execute = db.execute(statement()).await.unwrap_err();
        let insert = Insert::new(T, numbers(&[1])).with_setting(setting, "break");
        for error in [query, execute, db.insert(insert).await.unwrap_err()] {
            assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
            assert!(error.to_string().contains(&format!("setting {setting}")), "{error}");
        }
    }
    assert!(sent(&server).await.is_empty());
}

#[tokio::test]
async fn a_statements_own_text_cannot_make_a_short_answer_look_whole() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    for sql in [
        "SELECT 1 SETTINGS timeout_overflow_mode = 'break'",
        "SELECT 1 SETTINGS max_execution_time = 1, `timeout_overflow_mode` = 'break'",
        "SELECT * FROM (SELECT 1 settings /* here */ timeout_overflow_mode = 'break') FORMAT Null",
        "INSERT INTO t SETTINGS timeout_overflow_mode = 'break' SELECT 1",
        "SET timeout_overflow_mode = 'break'",
        "SELECT 1 SETTINGS profile = 'web'",
    ] {
        let query = db.query(Statement::new(sql)).await.map(drop).unwrap_err();
        for error in [query, db.execute(Statement::new(sql)).await.unwrap_err()] {
            assert!(matches!(error, DbError::InvalidInput { .. }), "{sql}: {error:?}");
            let text = error.to_string();
            let name = if sql.contains("profile") { "profile" } else { "timeout_overflow_mode" };
            assert!(text.contains(&format!("setting {name} in the statement's text")), "{text}");
        }
    }
    let own = Statement::new("SELECT 1 SETTINGS cancel_http_readonly_queries_on_client_close = 0");
    assert!(db.query(own).await.is_err());
    assert!(sent(&server).await.is_empty());

    for sql in [
        "SELECT 'SETTINGS timeout_overflow_mode = 1' SETTINGS max_threads = 1",
        "SELECT 1 -- SETTINGS timeout_overflow_mode = 'break'",
        "CREATE TABLE t (x Int8) ENGINE = MergeTree ORDER BY x SETTINGS index_granularity = 1024",
        "ALTER TABLE t MODIFY SETTING index_granularity = 1024",
        "CREATE USER u SETTINGS timeout_overflow_mode = 'break'",
    ] {
        db.execute(Statement::new(sql)).await.unwrap();
    }
}

#[tokio::test]
async fn a_setting_that_the_server_would_skip_beside_parameters_is_refused() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    for setting in ["date_time_output_format", "x_types", "x_structure"] {
        let plain = || Statement::new("SELECT 1").with_setting(setting, "iso");
        let bound = || Statement::new("SELECT {n:Int64}").bind("n", 1).with_setting(setting, "iso");
        let query = db.query(bound()).await.map(drop).unwrap_err();
        for error in [query, db.execute(bound()).await.unwrap_err()] {
            assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
            let text = error.to_string();
            assert!(text.contains(&format!("setting {setting}")), "{text}");
            assert!(text.contains("SETTINGS"), "{text}");
        }
        db.query_all(plain()).await.unwrap();
        db.execute(plain()).await.unwrap();
    }
    for request in &sent(&server).await {
        assert!(request.url.as_str().contains("=iso"), "{}", request.url);
    }
}

#[tokio::test]
async fn the_executor_shows_where_it_is_and_no_password() {
    let server = server().await;
    let db = manager(&server.address().to_string());
    assert_eq!(db.to_string(), format!("http://reader@{}/prices", server.address()));
    db.connect().await.unwrap();
    assert!(!format!("{db:?}").contains("hunter2"), "{db:?}");
}
