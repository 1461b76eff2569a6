//! A server that is killed and restarted during inserts.

use std::time::Duration;

use candlehouse_tests::server::Server;
use chdb_server::ServerConfig;
use db_port::{DbError, QueryExecutor};

use candlehouse_tests::number_tables::{PLAIN, WINDOWED, numbers};
use candlehouse_tests::server::address;

use crate::harness::Harness;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_and_restarted_during_inserts_has_every_acknowledged_row_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let server = Server::own(ServerConfig::at(&path));
    let harness = Harness::on(server.url(), "killed").await;
    let db = harness.manager(
        "max_retries=40&retry_base_delay=0.05&retry_max_delay=0.3&retry_budget=1000\
         &retry_timeout=50",
    );
    let restarts = async {
        let mut server = server;
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(400)).await;
            server.kill();
            let path = path.clone();
            let start = move || Server::own(ServerConfig::at(path));
            server = tokio::task::spawn_blocking(start).await.unwrap();
            harness.proxy.switch_to(address(server.url()));
        }
        server
    };
    let inserts = async {
        let mut outcomes = Vec::new();
        for n in 0..150 {
            let table = if n % 3 == 0 { PLAIN } else { WINDOWED };
            outcomes.push((n, table.clone(), db.insert(numbers(table, [n, n])).await));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        outcomes
    };
    let (server, outcomes) = tokio::join!(restarts, inserts);
    let direct = Harness::around(server.url(), "killed");
    for (n, table, outcome) in &outcomes {
        let stored = direct.times(table, *n).await;
        match outcome {
            Ok(_) => assert_eq!(stored, 2, "{n} in {table} was acknowledged"),
            Err(DbError::OutcomeUnknown { .. }) => {
                assert!(stored == 0 || stored == 2, "{n}: {stored}")
            }
            Err(error) => assert_eq!(stored, 0, "{n} in {table}: {error:?}"),
        }
    }
    let acknowledged = outcomes.iter().filter(|(_, _, outcome)| outcome.is_ok()).count();
    assert!(acknowledged > 75, "only {acknowledged} were acknowledged");
}
