//! Executors on a ClickHouse server, each with an empty database of its own.

use std::env;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use chdb_server::{ServerConfig, User};
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{Identifier, QueryExecutor, Statement};

use crate::conformance::{PERMITS, Peer, Subject};
use crate::fault::Proxy;

/// Any server that is running, as `http://user:password@host:port`.
const VARIABLE: &str = "CLICKHOUSE_TEST_URL";

/// Where a server for tests comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `CLICKHOUSE_TEST_URL` names one that runs.
    Url(String),
    /// A container: see [`container`](crate::container).
    Container,
    /// ClickHouse's own server out of the engine's library, as a child process.
    Library,
}

impl Source {
    /// Picks the source: a server that was named; else a container for tests that are about
    /// containers; else the engine's library, which needs no Docker.
    #[must_use]
    pub fn pick(containers: bool) -> Self {
        match env::var(VARIABLE).ok().filter(|url| !url.is_empty()) {
            Some(url) => Self::Url(url),
            None if containers => Self::Container,
            None => Self::Library,
        }
    }
}

/// An empty database on a server, and an executor on it. The last test that needs the server ends it.
pub type TempDatabase = crate::temp_database::TempDatabase<Arc<Server>>;

/// An executor that was never used, on an empty database called after `test`.
///
/// # Panics
/// If there is no server; the message says what to do.
pub async fn temp_database(test: &str) -> TempDatabase {
    temp_database_with(test, |config| config).await
}

/// As [`temp_database`], with a configuration of the test's own making.
///
/// # Panics
/// As [`temp_database`].
pub async fn temp_database_with(
    test: &str,
    configure: impl FnOnce(ClickHouseConfig) -> ClickHouseConfig,
) -> TempDatabase {
    let server = shared_server();
    let config = empty_database(&server.url, test).await;
    TempDatabase::new(ClickHouseManager::new(configure(config)).unwrap(), server)
}

/// A subject on the shared server.
///
/// # Panics
/// As [`temp_database`].
pub async fn subject(test: &str) -> Subject {
    let server = shared_server();
    subject_at(&server.url, test, Some(Arc::clone(&server))).await
}

/// A subject on the server at `url`, with a proxy in between that sees its connections.
///
/// # Panics
/// If the server does not do what it is asked.
pub async fn subject_at(url: &str, test: &str, server: Option<Arc<Server>>) -> Subject {
    let proxy = Proxy::before(address(url));
    let config = empty_database(url, test)
        .await
        .with_endpoints([(proxy.address().ip().to_string(), Some(proxy.address().port()))])
        .with_max_concurrent_requests(PERMITS)
        .with_close_timeout(Duration::from_millis(500));
    Subject::new(ClickHouseManager::new(config).unwrap(), Between { proxy, _server: server })
}

struct Between {
    proxy: Proxy,
    _server: Option<Arc<Server>>,
}

impl Peer for Between {
    fn open(&self) -> usize {
        self.proxy.open_connections()
    }

    fn opened(&self) -> usize {
        self.proxy.connections()
    }
}

/// Makes an empty database called after `test` on the server at `url`, and returns how to reach it.
///
/// # Panics
/// If the server does not do it.
pub async fn empty_database(url: &str, test: &str) -> ClickHouseConfig {
    let database = Identifier::new(test.to_owned()).unwrap();
    let config = ClickHouseConfig::from_url(url).unwrap();
    let default = config.clone().with_database(Identifier::from_static("default"));
    let admin = ClickHouseManager::new(default).unwrap();
    for sql in
        ["DROP DATABASE IF EXISTS {database:Identifier}", "CREATE DATABASE {database:Identifier}"]
    {
        let statement = Statement::new(sql).bind("database", database.as_str());
        if let Err(error) = admin.execute(statement).await {
            panic!("no empty database on {config}: {error}");
        }
    }
    config.with_database(database)
}

/// The address in a server's URL.
///
/// # Panics
/// If there is none with a port.
#[must_use]
pub fn address(url: &str) -> SocketAddr {
    let rest = url.rsplit_once("//").map_or(url, |(_, rest)| rest);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split('/').next().unwrap().replace("localhost", "127.0.0.1");
    host.parse().unwrap()
}

/// A server, which ends with this when it is one of our own.
pub struct Server {
    url: String,
    own: Option<chdb_server::Server>,
}

impl Server {
    /// The server that `CLICKHOUSE_TEST_URL` names, or one of our own on an empty store.
    ///
    /// # Panics
    /// If our own does not start.
    #[must_use]
    pub fn start() -> Self {
        match Source::pick(false) {
            Source::Url(url) => Self { url, own: None },
            _ => Self::own(ServerConfig::temporary()),
        }
    }

    /// A server of our own, whose first user is one for tests.
    ///
    /// # Panics
    /// If it does not start; the message says what to do.
    #[must_use]
    pub fn own(config: ServerConfig) -> Self {
        Self::with(config.with_user(User::new("tests", "it's & a pass/word")))
    }

    /// A server of our own, with users of the test's own making.
    ///
    /// # Panics
    /// If it does not start; the message says what to do.
    #[must_use]
    pub fn with(config: ServerConfig) -> Self {
        match chdb_server::Server::start(config) {
            Ok(server) => Self { url: server.url(), own: Some(server) },
            Err(error) => panic!("no server to test with: {error}"),
        }
    }

    /// Ends a server of our own at once, as `SIGKILL` does.
    ///
    /// # Panics
    /// If it is not ours.
    pub fn kill(mut self) {
        self.own.take().unwrap().kill();
    }

    /// Where it is, as `http://user:password@host:port/database`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// One server for all tests that run at this time in this process. It ends with the last of them,
/// because nothing runs at the end of a process that could end it then.
///
/// # Panics
/// As [`Server::start`].
#[must_use]
pub fn shared_server() -> Arc<Server> {
    static SERVER: OnceLock<Mutex<Weak<Server>>> = OnceLock::new();
    let mut server =
        SERVER.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    server.upgrade().unwrap_or_else(|| {
        let started = Arc::new(Server::start());
        *server = Arc::downgrade(&started);
        started
    })
}
