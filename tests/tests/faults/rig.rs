use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use candlehouse_tests::fault::{Fault, Proxy, Rules};
use candlehouse_tests::server::{Server, empty_database};
use candlehouse_tests::table::number;
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{Identifier, Insert, QueryExecutor, Result, Statement};
use futures_util::TryStreamExt;

/// Longer than anything here takes that does not hang.
pub(crate) const GENEROUS: Duration = Duration::from_secs(60);

/// Remembers what it got.
pub(crate) const WINDOWED: Identifier = Identifier::from_static("windowed");
/// Stores whatever comes, as often as it comes.
pub(crate) const PLAIN: Identifier = Identifier::from_static("plain");

/// A server, a proxy before it, and a way around the proxy to see what is stored.
pub(crate) struct Rig {
    pub(crate) proxy: Proxy,
    pub(crate) direct: ClickHouseManager,
    url: String,
    database: Identifier,
    _server: Option<Arc<Server>>,
}

impl Rig {
    /// With two empty tables `(v Int64)` in a database of its own.
    pub(crate) async fn new(database: &str) -> Self {
        let server = candlehouse_tests::server::shared_server();
        let mut rig = Self::on(server.url(), database).await;
        rig._server = Some(server);
        rig
    }

    pub(crate) async fn on(url: &str, database: &str) -> Self {
        empty_database(url, database).await;
        let rig = Self::around(url, database);
        for (table, settings) in
            [(PLAIN, ""), (WINDOWED, "SETTINGS non_replicated_deduplication_window = 1000")]
        {
            let sql =
                format!("CREATE TABLE {table} (v Int64) ENGINE = MergeTree ORDER BY v {settings}");
            rig.direct.execute(Statement::from_audited_text(sql)).await.unwrap();
        }
        rig
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
        let rig = Self::around(&self.url, self.database.as_str());
        rig.proxy.switch_to(server);
        // The proxies' tasks begin to listen.
        tokio::task::yield_now().await;
        rig
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

    pub(crate) fn inserts_meet(&self, faults: impl IntoIterator<Item = Fault>) {
        self.proxy.rules(|rules| rules.inserts = faults.into_iter().collect());
    }

    pub(crate) fn queries_meet(&self, faults: impl IntoIterator<Item = Fault>) {
        self.proxy.rules(|rules| rules.queries = faults.into_iter().collect());
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

    /// As [`Rig::times`], of a server that has come to rest.
    pub(crate) async fn count(&self, table: &Identifier, n: i64) -> u64 {
        let text = format!("SELECT count() AS n FROM {table} WHERE v = {{v:Int64}}");
        number(&self.direct, Statement::from_audited_text(text).bind("v", n)).await
    }

    pub(crate) async fn rows(&self, table: &Identifier) -> u64 {
        self.at_rest().await;
        number(
            &self.direct,
            Statement::from_audited_text(format!("SELECT count() AS n FROM {table}")),
        )
        .await
    }

    /// Waits until the server works at nothing of this rig.
    pub(crate) async fn at_rest(&self) {
        let busy = Statement::new(
            "SELECT count() AS n FROM system.processes WHERE current_database = currentDatabase() \
             AND query NOT LIKE '%system.processes%'",
        );
        let rest = async {
            self.proxy.settled().await;
            while number(&self.direct, busy.clone()).await > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(GENEROUS, rest).await.unwrap();
    }
}

/// Where a URL leads.
pub(crate) fn address(url: &str) -> SocketAddr {
    let rest = url.rsplit_once("//").map_or(url, |(_, rest)| rest);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split('/').next().unwrap().replace("localhost", "127.0.0.1");
    host.parse().unwrap()
}

/// An insert of these numbers.
pub(crate) fn numbers(table: Identifier, n: &[i64]) -> Insert {
    let column: ArrayRef = Arc::new(Int64Array::from(n.to_vec()));
    Insert::new(table, RecordBatch::try_from_iter([("v", column)]).unwrap())
}

pub(crate) async fn read(db: &ClickHouseManager, statement: Statement) -> Result<Vec<i64>> {
    let batches: Vec<_> = db.query(statement).await?.try_collect().await?;
    let values = |b: &RecordBatch| b.column(0).as_primitive::<Int64Type>().values().to_vec();
    Ok(batches.iter().flat_map(values).collect())
}
