//! Executors on a ClickHouse server, each with an empty database of its own.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{Identifier, QueryExecutor, Statement};

/// Any server that is running, as `http://user:password@host:port`.
const VARIABLE: &str = "CLICKHOUSE_TEST_URL";

/// The path of `chdb-http`, where it is not beside the tests.
const PROGRAM_VARIABLE: &str = "CHDB_HTTP_PROGRAM";

/// Where a server for tests comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `CLICKHOUSE_TEST_URL` names one that runs.
    Url(String),
    /// A container: see [`container`](crate::container).
    Container,
    /// `chdb-http`, which lies there.
    Program(PathBuf),
}

impl Source {
    /// Picks the source: a server that was named; else a container for tests that are about
    /// containers; else `chdb-http`, which needs no Docker.
    ///
    /// # Panics
    /// If there is none. No test is ever skipped for want of a server.
    #[must_use]
    pub fn pick(containers: bool) -> Self {
        match variable(VARIABLE) {
            Some(url) => Self::Url(url),
            None if containers => Self::Container,
            None => Self::Program(program()),
        }
    }
}

/// An empty database on a server, and an executor on it. The last test that needs the server ends it.
pub type Fresh = crate::fresh::Fresh<Arc<Server>>;

/// An executor that was never used, on an empty database called after `test`.
///
/// # Panics
/// If there is no server; the message says what to do.
pub async fn fresh(test: &str) -> Fresh {
    fresh_with(test, |config| config).await
}

/// As [`fresh`], with a configuration of the test's own making.
///
/// # Panics
/// As [`fresh`].
pub async fn fresh_with(
    test: &str,
    configure: impl FnOnce(ClickHouseConfig) -> ClickHouseConfig,
) -> Fresh {
    let server = shared_server();
    let config = empty_database(&server.url, test).await;
    Fresh::new(ClickHouseManager::new(configure(config)).unwrap(), server)
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

/// A server, which ends with this when it is one of our own.
pub struct Server {
    url: String,
    child: Option<Child>,
}

impl Server {
    /// The server that `CLICKHOUSE_TEST_URL` names, or one of our own that keeps its data in
    /// memory.
    ///
    /// # Panics
    /// If our own program is missing or does not start.
    #[must_use]
    pub fn start() -> Self {
        match Source::pick(false) {
            Source::Url(url) => Self { url, child: None },
            Source::Program(program) => Self::own_program(&program, &["--listen", "127.0.0.1:0"]),
            Source::Container => unreachable!("no container was asked for"),
        }
    }

    /// A server of our own, started with these arguments.
    ///
    /// # Panics
    /// If our own program is missing or does not start.
    #[must_use]
    pub fn own(arguments: &[&str]) -> Self {
        Self::own_program(&program(), arguments)
    }

    fn own_program(program: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Some(url) = line.trim_end().strip_prefix("listening on ") else {
            drop(child.kill());
            panic!("{} did not start; its words are on standard error", program.display());
        };
        Self { url: url.to_owned(), child: Some(child) }
    }

    /// Ends a server of our own at once, as `SIGKILL` does.
    ///
    /// # Panics
    /// If it is not ours.
    pub fn kill(mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Where it is, as `http://host:port`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended by itself.
            drop(child.kill());
            drop(child.wait());
        }
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

/// An empty variable is as good as none, as in the shell.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// `chdb-http`, which a build puts into the folder above the tests' own executables.
fn program() -> PathBuf {
    let own = env::current_exe().unwrap();
    let named = variable(PROGRAM_VARIABLE).map(PathBuf::from);
    let beside = own.ancestors().skip(1).take(2).map(|folder| folder.join("chdb-http"));
    let places = named.map_or_else(|| beside.collect(), |place| vec![place]);
    places.iter().find(|place| place.is_file()).cloned().unwrap_or_else(|| {
        panic!(
            "there is no chdb-http at {places:?}; run `cargo build --workspace`, or set {VARIABLE} \
             to the URL of a running ClickHouse server"
        )
    })
}
