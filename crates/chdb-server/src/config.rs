//! How to start a server.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::cluster::Cluster;
use crate::log_level::LogLevel;
use crate::user::User;

/// How to start a server.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    pub(crate) store: Option<PathBuf>,
    pub(crate) http: SocketAddr,
    pub(crate) tcp: Option<SocketAddr>,
    pub(crate) users: Vec<User>,
    pub(crate) query_log: bool,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) keeper: Option<SocketAddr>,
    pub(crate) macros: Vec<(String, String)>,
    pub(crate) backups: Option<PathBuf>,
    pub(crate) log: Option<PathBuf>,
    pub(crate) log_level: LogLevel,
    pub(crate) memory_limit: Option<u64>,
    pub(crate) library: Option<PathBuf>,
    pub(crate) program: Option<PathBuf>,
    pub(crate) start_timeout: Duration,
    pub(crate) stop_grace: Duration,
}

impl ServerConfig {
    /// A server on the store in the folder `path`, made if it is missing.
    ///
    /// Unless it is told otherwise it speaks HTTP on a free port of the loopback interface, to one
    /// user with a generated password.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self::new(Some(path.into()))
    }

    /// As [`ServerConfig::at`], on an empty store in a folder for temporary files, which goes with
    /// the server.
    #[must_use]
    pub fn temporary() -> Self {
        Self::new(None)
    }

    const fn new(store: Option<PathBuf>) -> Self {
        Self {
            store,
            http: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            tcp: None,
            users: Vec::new(),
            query_log: false,
            clusters: Vec::new(),
            keeper: None,
            macros: Vec::new(),
            backups: None,
            log: None,
            log_level: LogLevel::Warning,
            memory_limit: None,
            library: None,
            program: None,
            start_timeout: Duration::from_secs(60),
            stop_grace: Duration::from_secs(5),
        }
    }

    /// Where the HTTP interface listens; port 0 takes a free one.
    #[must_use]
    pub const fn with_http(mut self, address: SocketAddr) -> Self {
        self.http = address;
        self
    }

    /// Where the native protocol is spoken, for `clickhouse-client` and other servers; port 0 takes
    /// a free port. The server's listeners share one host. Off unless it is asked for.
    #[must_use]
    pub const fn with_tcp(mut self, address: SocketAddr) -> Self {
        self.tcp = Some(address);
        self
    }

    /// Adds a user. Can be called for several; the first one is in [`Server::url`](crate::Server::url).
    #[must_use]
    pub fn with_user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// Keeps `system.query_log`, which names every query with its outcome; written once a second.
    #[must_use]
    pub const fn with_query_log(mut self) -> Self {
        self.query_log = true;
        self
    }

    /// A cluster that `Distributed` tables can name.
    #[must_use]
    pub fn with_cluster(mut self, cluster: Cluster) -> Self {
        self.clusters.push(cluster);
        self
    }

    /// A Keeper or ZooKeeper, which replicated tables need. They stay read-only, since this server
    /// has no interserver port.
    #[must_use]
    pub const fn with_keeper(mut self, address: SocketAddr) -> Self {
        self.keeper = Some(address);
        self
    }

    /// What `{name}` stands for in the definitions of replicated tables.
    #[must_use]
    pub fn with_macro(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.macros.push((name.into(), value.into()));
        self
    }

    /// The folder below which `BACKUP ... TO File(...)` may write, for users whom [`User`] allows it.
    pub fn with_backups(mut self, folder: impl Into<PathBuf>) -> Self {
        self.backups = Some(folder.into());
        self
    }

    /// The server's log file, `server.log` in the store unless it is said. Four files of 10 MB at most.
    pub fn with_log(mut self, file: impl Into<PathBuf>) -> Self {
        self.log = Some(file.into());
        self
    }

    /// What is logged; [`LogLevel::Warning`] unless it is said.
    #[must_use]
    pub const fn with_log_level(mut self, level: LogLevel) -> Self {
        self.log_level = level;
        self
    }

    /// The most memory for all queries together, in bytes; nine tenths of the machine's unless it is
    /// said. Queries beyond it fail with code 241.
    #[must_use]
    pub const fn with_memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// The engine's library; else it is looked for where `db-chdb` looks.
    pub fn with_library(mut self, library: impl Into<PathBuf>) -> Self {
        self.library = Some(library.into());
        self
    }

    /// The program to be the child process: `chdb-server`, or one that calls
    /// [`run_if_child`](crate::run_if_child) first. Else this program, if it called that, then
    /// `CHDB_SERVER_PROGRAM`, then `chdb-server` beside this program and on the path.
    pub fn with_program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = Some(program.into());
        self
    }

    /// How long the server may take until it answers; 60 s unless it is said. A large store takes
    /// longer.
    #[must_use]
    pub const fn with_start_timeout(mut self, limit: Duration) -> Self {
        self.start_timeout = limit;
        self
    }

    /// How long running queries may keep the server from ending; 5 s unless it is said. Then it is
    /// killed, which loses nothing that was acknowledged.
    #[must_use]
    pub const fn with_stop_grace(mut self, grace: Duration) -> Self {
        self.stop_grace = grace;
        self
    }
}
