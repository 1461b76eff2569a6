//! NFR-001, NFR-002, the configuration and the risks: limits.

use std::net::TcpListener;

use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{DbError, Insert, Phase, QueryExecutor, Statement};
use tokio::time::timeout;

use crate::support::connector::Flaky;
use crate::support::table::{Class, T, one_row};
use crate::support::{Reply, arrow_pieces, config, numbers, scripted};
use crate::{LATE, SOON, answering, manager};

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
    let connected = timeout(LATE, db.connect()).await.unwrap();
    let queried = timeout(LATE, Class::Read.run(&db)).await.unwrap();
    for error in [connected.unwrap_err(), queried.unwrap_err()] {
        let DbError::Timeout { phase, limit } = error else { panic!("{error:?}") };
        assert_eq!((phase, limit), (Phase::Connect, SOON));
    }
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
async fn risk_pool_exhaustion_ends_after_acquire_timeout_and_says_how_many_permits_are_in_use() {
    let mut rows = arrow_pieces(&[numbers(&[1])]);
    rows.truncate(2);
    let replies = vec![Reply::Stuck(rows.clone()), Reply::Stuck(rows)];
    let config =
        config(&scripted(replies)).with_max_concurrent_requests(2).with_acquire_timeout(SOON);
    let db = manager(config);
    let query = || db.query(Statement::new("SELECT n FROM t"));
    let held = [query().await.unwrap(), query().await.unwrap()];
    let error = query().await.map(drop).unwrap_err();
    assert_eq!(error.to_string(), "timed out after 200ms in permit wait: all 2 are in use");
    drop(held);
    let error = query().await.map(drop).unwrap_err();
    assert!(matches!(error, DbError::Unavailable { .. }), "a permit, but no server: {error:?}");
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
