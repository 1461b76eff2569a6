use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use candlehouse_tests::fault::{Fault, Proxy};
use candlehouse_tests::query_log::{self, Logged};
use candlehouse_tests::server::{Server, empty_database};
use candlehouse_tests::table::number;
use chdb_server::{ServerConfig, User};
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{Identifier, Insert, QueryExecutor, Result, Statement};
use futures_util::TryStreamExt;
use tokio::time::sleep;

/// Remembers what it got.
pub(crate) const WINDOWED: Identifier = Identifier::from_static("windowed");
/// Stores whatever comes, as often as it comes.
pub(crate) const PLAIN: Identifier = Identifier::from_static("plain");
/// Takes a twentieth of a second for each row.
pub(crate) const SLOW: Identifier = Identifier::from_static("slow");

const TABLES: [&str; 3] = [
    "CREATE TABLE plain (v Int64) ENGINE = MergeTree ORDER BY v",
    "CREATE TABLE windowed (v Int64) ENGINE = MergeTree ORDER BY v \
     SETTINGS non_replicated_deduplication_window = 1000",
    "CREATE TABLE slow (v Int64, t UInt8 MATERIALIZED sleepEachRow(0.05)) \
     ENGINE = MergeTree ORDER BY v",
];

/// A server that keeps a log of its queries, a proxy before it, and a way around the proxy.
pub(crate) struct Scene {
    pub(crate) proxy: Proxy,
    pub(crate) direct: ClickHouseManager,
    /// How to get around the proxy, as the first user.
    pub(crate) config: ClickHouseConfig,
    _server: Server,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with([]).await
    }

    /// With further users.
    pub(crate) async fn with(users: impl IntoIterator<Item = User>) -> Self {
        let config = ServerConfig::temporary().with_query_log();
        let admin = User::new("tests", "it's & a pass/word");
        let config = [admin].into_iter().chain(users).fold(config, ServerConfig::with_user);
        let server = Server::with(config);
        let config = empty_database(server.url(), "scene").await;
        let direct = ClickHouseManager::new(config.clone()).unwrap();
        for table in TABLES {
            direct.execute(Statement::new(table)).await.unwrap();
        }
        let proxy = Proxy::before(address(server.url()));
        // The proxy's task begins to listen.
        tokio::task::yield_now().await;
        Self { proxy, direct, config, _server: server }
    }

    /// Through the proxy.
    pub(crate) fn through(
        &self,
        configure: impl FnOnce(ClickHouseConfig) -> ClickHouseConfig,
    ) -> ClickHouseManager {
        let proxy = self.proxy.address();
        let config =
            self.config.clone().with_endpoints([(proxy.ip().to_string(), Some(proxy.port()))]);
        ClickHouseManager::new(configure(config)).unwrap()
    }

    /// As another user, around the proxy.
    pub(crate) fn user(&self, name: &str, password: &str) -> ClickHouseConfig {
        self.config.clone().with_user(name).with_password(password)
    }

    pub(crate) fn inserts_meet(&self, faults: impl IntoIterator<Item = Fault>) {
        self.proxy.rules(|rules| rules.inserts = faults.into_iter().collect());
    }

    pub(crate) fn queries_meet(&self, faults: impl IntoIterator<Item = Fault>) {
        self.proxy.rules(|rules| rules.queries = faults.into_iter().collect());
    }

    /// What the server's log says about so many statements with this in their text.
    pub(crate) async fn log(&self, part: &str, count: usize) -> Vec<Logged> {
        query_log::ended(&self.direct, part, count).await
    }

    /// Waits until the server works at a statement with this in its text.
    pub(crate) async fn until_running(&self, part: &str) {
        until_running(&self.direct, part).await;
    }

    pub(crate) async fn rows(&self, table: &Identifier) -> u64 {
        let text = format!("SELECT count() AS n FROM {table}");
        number(&self.direct, Statement::from_audited_text(text)).await
    }
}

/// Waits until `db`'s server works at a statement with this in its text.
pub(crate) async fn until_running(db: &ClickHouseManager, part: &str) {
    let running = Statement::new(
        "SELECT count() AS n FROM system.processes \
         WHERE position(query, {part:String}) > 0 AND position(query, 'system.processes') = 0",
    );
    for _ in 0..1000 {
        if number(db, running.clone().bind("part", part)).await > 0 {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("after 10 s the server does not run {part}");
}

/// Where a URL leads.
pub(crate) fn address(url: &str) -> SocketAddr {
    let (_, rest) = url.rsplit_once('@').unwrap();
    rest.split('/').next().unwrap().parse().unwrap()
}

/// An insert of these numbers.
pub(crate) fn numbers(table: Identifier, n: impl IntoIterator<Item = i64>) -> Insert {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(n));
    Insert::new(table, RecordBatch::try_from_iter([("v", column)]).unwrap())
}

pub(crate) async fn read(db: &ClickHouseManager, statement: Statement) -> Result<usize> {
    let batches: Vec<_> = db.query(statement).await?.try_collect().await?;
    Ok(batches.iter().map(RecordBatch::num_rows).sum())
}
