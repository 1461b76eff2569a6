//! A server that keeps a log of its queries, behind a proxy.

use candlehouse_tests::fault::Proxy;
use candlehouse_tests::query_log::{self, Logged};
use candlehouse_tests::server::{Server, address, empty_database};
use candlehouse_tests::{number_tables, wait};
use chdb_server::{ServerConfig, User};
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{Identifier, QueryExecutor, Statement};

/// Takes a twentieth of a second for each row.
pub(crate) const SLOW: Identifier = Identifier::from_static("slow");

const CREATE_SLOW: Statement = Statement::new(
    "CREATE TABLE slow (v Int64, t UInt8 MATERIALIZED sleepEachRow(0.05)) \
     ENGINE = MergeTree ORDER BY v",
);

/// A server that keeps a log of its queries, a proxy before it, and a way around the proxy.
pub(crate) struct Harness {
    pub(crate) proxy: Proxy,
    pub(crate) direct: ClickHouseManager,
    /// How to get around the proxy, as the first user.
    pub(crate) config: ClickHouseConfig,
    _server: Server,
}

impl Harness {
    pub(crate) async fn new() -> Self {
        Self::with([]).await
    }

    /// With further users.
    pub(crate) async fn with(users: impl IntoIterator<Item = User>) -> Self {
        let config = ServerConfig::temporary().with_query_log();
        let admin = User::new("tests", "it's & a pass/word");
        let config = [admin].into_iter().chain(users).fold(config, ServerConfig::with_user);
        let server = Server::with(config);
        let config = empty_database(server.url(), "real_server").await;
        let direct = ClickHouseManager::new(config.clone()).unwrap();
        number_tables::create(&direct).await;
        direct.execute(CREATE_SLOW).await.unwrap();
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

    /// What the server's log says about so many statements with this in their text.
    pub(crate) async fn log(&self, part: &str, count: usize) -> Vec<Logged> {
        query_log::ended(&self.direct, part, count).await
    }

    /// Waits until the server works at a statement with this in its text.
    pub(crate) async fn until_running(&self, part: &str) {
        wait::until_running(&self.direct, part).await;
    }

    pub(crate) async fn rows(&self, table: &Identifier) -> u64 {
        number_tables::rows(&self.direct, table).await
    }
}
