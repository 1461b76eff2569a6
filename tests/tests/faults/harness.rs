//! A server behind a proxy that does harm.

use std::net::SocketAddr;
use std::sync::Arc;

use candlehouse_tests::fault::{Proxy, Rules};
use candlehouse_tests::number_tables;
use candlehouse_tests::server::{Server, address, empty_database, shared_server};
use candlehouse_tests::table::number;
use candlehouse_tests::wait::{LIMIT, until_number_running};
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{Identifier, Statement};
use tokio::time::timeout;

/// A server, a proxy before it, and a way around the proxy to see what is stored.
pub(crate) struct Harness {
    pub(crate) proxy: Proxy,
    pub(crate) direct: ClickHouseManager,
    url: String,
    database: Identifier,
    _server: Option<Arc<Server>>,
}

impl Harness {
    /// With two empty tables `(v Int64)` in a database of its own.
    pub(crate) async fn new(database: &str) -> Self {
        let server = shared_server();
        let mut harness = Self::on(server.url(), database).await;
        harness._server = Some(server);
        harness
    }

    pub(crate) async fn on(url: &str, database: &str) -> Self {
        empty_database(url, database).await;
        let harness = Self::around(url, database);
        number_tables::create(&harness.direct).await;
        harness
    }

    /// On a database that is there already.
    pub(crate) fn around(url: &str, database: &str) -> Self {
        let database = Identifier::new(database.to_owned()).unwrap();
        let config = ClickHouseConfig::from_url(url).unwrap().with_database(database.clone());
        let direct = ClickHouseManager::new(config).unwrap();
        let proxy = Proxy::before(address(url));
        Self { proxy, direct, url: url.to_owned(), database, _server: None }
    }

    /// On the same database, with a proxy of its own before another server.
    pub(crate) async fn beside(&self, server: SocketAddr) -> Self {
        let harness = Self::around(&self.url, self.database.as_str());
        harness.proxy.switch_to(server);
        // The proxies' tasks begin to listen.
        tokio::task::yield_now().await;
        harness
    }

    pub(crate) fn direct_address(&self) -> SocketAddr {
        address(&self.url)
    }

    /// Through the proxy, with the parameters of a URL.
    pub(crate) fn manager(&self, parameters: &str) -> ClickHouseManager {
        ClickHouseManager::new(self.config(&[self.proxy.address()], parameters)).unwrap()
    }

    pub(crate) fn config(&self, hosts: &[SocketAddr], parameters: &str) -> ClickHouseConfig {
        let hosts: Vec<_> = hosts.iter().map(ToString::to_string).collect();
        let login = self.url.rsplit_once("//").and_then(|(_, rest)| rest.rsplit_once('@'));
        let login = login.map_or(String::new(), |(login, _)| format!("{login}@"));
        let url = format!("http://{login}{}/{}?{parameters}", hosts.join(","), self.database);
        ClickHouseConfig::from_url(&url).unwrap()
    }

    /// Nothing goes wrong any more.
    pub(crate) fn calm(&self) {
        self.proxy.rules(|rules| *rules = Rules::default());
    }

    /// How often `n` is stored, by a way around the proxy, when the server has come to rest.
    pub(crate) async fn times(&self, table: &Identifier, n: i64) -> u64 {
        self.at_rest().await;
        self.count(table, n).await
    }

    /// As [`Harness::times`], of a server that has come to rest.
    pub(crate) async fn count(&self, table: &Identifier, n: i64) -> u64 {
        let text = format!("SELECT count() AS n FROM {table} WHERE v = {{v:Int64}}");
        number(&self.direct, Statement::from_audited_text(text).bind("v", n)).await
    }

    /// How many rows are stored when the server has come to rest.
    pub(crate) async fn rows(&self, table: &Identifier) -> u64 {
        self.at_rest().await;
        number_tables::rows(&self.direct, table).await
    }

    /// Waits until the server works at nothing of this harness.
    pub(crate) async fn at_rest(&self) {
        timeout(LIMIT, self.proxy.settled()).await.unwrap();
        until_number_running(&self.direct, 0).await;
    }
}
