//! How the server is told who asks.
#![allow(clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;

use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{QueryExecutorExt, Statement};
use support::{arrow, version};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The values of these headers, and the URL, of the first request that `configure` leads to.
async fn sent(
    configure: impl FnOnce(ClickHouseConfig) -> ClickHouseConfig,
) -> ([Option<String>; 3], String) {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_bytes(arrow(&[version()]));
    Mock::given(method("POST")).respond_with(answer).mount(&server).await;
    let config = ClickHouseConfig::from_url(&server.uri()).unwrap().with_compression(false);
    let db = ClickHouseManager::new(configure(config)).unwrap();
    db.query_one(Statement::new("SELECT version() AS version")).await.unwrap();
    let request = server.received_requests().await.unwrap().remove(0);
    let header = |name| {
        let value = request.headers.get(name)?;
        Some(String::from_utf8(value.as_bytes().to_vec()).unwrap())
    };
    let names = ["authorization", "x-clickhouse-user", "x-clickhouse-key"];
    (names.map(header), request.url.to_string())
}

#[tokio::test]
async fn user_and_password_travel_as_headers_and_not_in_the_url() {
    let (headers, url) =
        sent(|config| config.with_user("reader").with_password("hunter2:@/é")).await;
    let [authorization, user, password] = headers;
    assert_eq!((authorization, user.as_deref()), (None, Some("reader")));
    assert_eq!(password.as_deref(), Some("hunter2:@/é"));
    assert!(!url.contains("hunter2") && !url.contains("reader"), "{url}");
}

#[tokio::test]
async fn a_token_travels_as_a_header_without_user_and_password() {
    let (headers, url) = sent(|config| config.with_access_token("a.token")).await;
    assert_eq!(headers, [Some("Bearer a.token".into()), None, None]);
    assert!(!url.contains("a.token"), "{url}");
}
