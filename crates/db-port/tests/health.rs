//! The short form of a health check.

use std::time::Duration;

use db_mock::ScriptedExecutor;
use db_port::{DbError, Health, QueryExecutorExt};

#[tokio::test]
async fn healthy_is_only_what_answers_a_health_check() {
    let db = ScriptedExecutor::new();
    db.on_health(Ok(Health::new("26.7.2.1", Duration::from_millis(1))));
    db.on_health(Err(DbError::Closed));
    assert!(db.is_healthy().await);
    assert!(!db.is_healthy().await);
    db.assert_finished();
}
