//! FR-005: the health check.

use db_clickhouse::ClickHouseConfig;
use db_port::{HealthProblem, QueryExecutor, QueryExecutorExt, Statement};
use wiremock::ResponseTemplate;

use crate::support::table::{Tokens, attempts, server};
use crate::support::{
    Reply, arrow, arrow_pieces, config, exception, numbers, refusing_address, scripted, version,
};
use crate::{SOON, answering, manager, on};

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
    let refusing = crate::support::table::server(
        Tokens::Ignored,
        ResponseTemplate::new(403).set_body_string(text),
    );
    assert_eq!(problem(on(&refusing.await)).await, HealthProblem::CredentialsRefused);
    let silent = vec![Reply::Stuck(vec![]), Reply::Stuck(vec![])];
    assert_eq!(problem(config(&scripted(silent))).await, HealthProblem::TimedOut);
    let free = refusing_address();
    assert_eq!(problem(config(&free)).await, HealthProblem::Unreachable);
}

#[tokio::test]
async fn fr_005_saturation_is_told_apart_from_a_failing_server() {
    let mut rows = arrow_pieces(&[numbers(&[1])]);
    rows.truncate(2);
    let config = config(&scripted(vec![Reply::Stuck(rows)])).with_max_concurrent_requests(1);
    let db = manager(config.with_health_timeout(SOON));
    let _held = db.query(Statement::new("SELECT n FROM t")).await.unwrap();
    let error = db.health_check().await.unwrap_err();
    assert_eq!(HealthProblem::of(&error), HealthProblem::Saturated, "{error:?}");
}

#[tokio::test]
async fn fr_005_a_health_check_is_never_retried() {
    let answer = ResponseTemplate::new(500).set_body_string(exception(202, "Too many."));
    let server = server(Tokens::Ignored, answer).await;
    let db = manager(on(&server).with_max_retries(5));
    assert!(!db.is_healthy().await);
    assert_eq!(attempts(&server).await.len(), 1);
}
