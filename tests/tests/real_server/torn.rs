//! A server that is killed after it has noted an insert's token and before it has stored the rows.
//! Such a moment is short, so what it leaves behind is made here: a table without the last part.

use std::time::Duration;

use candlehouse_tests::fault::{Fault, Proxy};
use candlehouse_tests::number_tables::{WINDOWED, numbers};
use candlehouse_tests::server::{Server, address, empty_database};
use candlehouse_tests::table::{number, text};
use candlehouse_tests::wait::until;
use chdb_server::ServerConfig;
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{Identifier, QueryExecutor, Statement};

const DATABASE: &str = "torn";
const CREATE: Statement = Statement::new(
    "CREATE TABLE windowed (v Int64) ENGINE = MergeTree ORDER BY v \
     SETTINGS non_replicated_deduplication_window = 1000",
);
const ROWS: Statement = Statement::new("SELECT count() AS n FROM windowed");
const PART: Statement = Statement::new(
    "SELECT path AS s FROM system.parts WHERE database = currentDatabase() AND active",
);

fn around(server: &Server) -> ClickHouseManager {
    let config = ClickHouseConfig::from_url(server.url()).unwrap();
    ClickHouseManager::new(config.with_database(Identifier::from_static(DATABASE))).unwrap()
}

#[tokio::test]
async fn an_idempotent_insert_is_stored_where_a_crash_has_left_its_token_only() {
    let store = tempfile::tempdir().unwrap();
    let start = || Server::own(ServerConfig::at(store.path()));
    let server = start();
    let config = empty_database(server.url(), DATABASE).await;
    let direct = around(&server);
    direct.execute(CREATE).await.unwrap();
    let proxy = Proxy::before(address(server.url()));
    let (host, port) = (proxy.address().ip().to_string(), proxy.address().port());
    let config = config
        .with_endpoints([(host, Some(port))])
        .with_max_retries(100)
        .with_retry_max_delay(Duration::from_millis(100));
    let db = ClickHouseManager::new(config).unwrap();

    proxy.rules(|rules| rules.inserts = [Fault::Swallow].into());
    let crash = async {
        until("it is stored", async || number(&direct, ROWS).await > 0).await;
        let part = text(&direct, PART).await;
        proxy.refuse(true);
        server.kill();
        std::fs::remove_dir_all(part).unwrap();
        let server = start();
        assert_eq!(number(&around(&server), ROWS).await, 0);
        proxy.switch_to(address(server.url()));
        proxy.refuse(false);
        server
    };
    let insert = numbers(WINDOWED, [42]).idempotent();
    let (stored, server) = tokio::join!(db.insert(insert), crash);
    assert_eq!(stored.unwrap().rows, 1);
    assert_eq!(proxy.inserts().len(), 2);
    assert_eq!(number(&around(&server), ROWS).await, 1);
    server.kill();
}
