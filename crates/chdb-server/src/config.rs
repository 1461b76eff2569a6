use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{Access, Cluster, Error, User};

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

/// What the server writes to its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LogLevel {
    /// Failures only.
    Error,
    /// Also what may become one.
    #[default]
    Warning,
    /// Also what happens, such as where it listens.
    Information,
    /// Everything, several lines for each query.
    Trace,
}

impl LogLevel {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
            Self::Trace => "trace",
        }
    }
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

    /// Lets a user in. Can be called for several; the first one is in [`Server::url`](crate::Server::url).
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

    /// With somebody who may enter, and checked.
    pub(crate) fn complete(mut self) -> Result<Self, Error> {
        if self.users.is_empty() {
            self.users.push(User::generated("candlehouse"));
        }
        self.check()?;
        Ok(self)
    }

    /// Whether somebody may reach what is outside the store. The engine does not ask who calls its
    /// function `file`, so that this is a matter of the whole server.
    pub(crate) fn is_open_to_files(&self) -> bool {
        self.users.iter().any(|user| user.access == Access::Everything)
    }

    fn check(&self) -> Result<(), Error> {
        let refuse = |key, reason: String| Err(Error::Configuration { key, reason });
        for (position, user) in self.users.iter().enumerate() {
            user.check()?;
            if self.users[..position].iter().any(|other| other.name == user.name) {
                return refuse("user", format!("{} is there twice", user.name));
            }
        }
        if let Some(tcp) = self.tcp.filter(|tcp| tcp.ip() != self.http.ip()) {
            return refuse(
                "tcp",
                format!(
                    "the server listens on one host with all its ports: {} is not {}",
                    tcp.ip(),
                    self.http.ip()
                ),
            );
        }
        let open = self.users.iter().find(|user| user.password().is_none() && !user.loopback_only);
        if let Some(user) = open.filter(|_| !self.http.ip().is_loopback()) {
            return refuse(
                "password",
                format!(
                    "{} has none, and {} can be reached from elsewhere: give a password, or listen \
                     on a loopback address",
                    user.name,
                    self.http.ip()
                ),
            );
        }
        for (name, value) in &self.macros {
            let word = |text: &str| {
                !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            };
            if !word(name) || !word(value) {
                return refuse(
                    "macro",
                    format!("{name:?} = {value:?} must be letters, digits and _"),
                );
            }
        }
        for cluster in &self.clusters {
            cluster.check()?;
        }
        for (key, path) in [("log", &self.log), ("backups", &self.backups)] {
            if path.as_deref().is_some_and(|path| !fits_into_xml(path)) {
                return refuse(key, format!("{path:?} must be UTF-8 without control characters"));
            }
        }
        Ok(())
    }
}

/// Whether the server reads the same path from its configuration.
pub(crate) fn fits_into_xml(path: &Path) -> bool {
    path.to_str().is_some_and(|text| !text.chars().any(char::is_control) && text.trim() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(config: ServerConfig) -> String {
        config.complete().unwrap_err().to_string()
    }

    #[test]
    fn a_server_has_a_user_with_a_password_unless_told_otherwise() {
        let config = ServerConfig::temporary().complete().unwrap();
        assert!(config.http.ip().is_loopback());
        assert!(config.users[0].password().is_some());
    }

    #[test]
    fn nobody_listens_to_the_world_without_a_password() {
        let anywhere = SocketAddr::from(([0, 0, 0, 0], 8123));
        let open = ServerConfig::temporary().with_user(User::without_password("u"));
        open.clone().complete().unwrap();
        assert!(refusal(open.clone().with_http(anywhere)).contains("password: u has none"));
        let closed = ServerConfig::temporary().with_http(anywhere).with_user(User::new("u", "p"));
        closed.clone().complete().unwrap();
        let local = User::without_password("local").from_loopback_only();
        closed.with_user(local).complete().unwrap();
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        let base = ServerConfig::temporary;
        let twice = base().with_user(User::new("u", "p")).with_user(User::new("u", "q"));
        assert!(refusal(twice).contains("u is there twice"));
        let elsewhere = SocketAddr::from(([127, 0, 0, 2], 0));
        assert!(refusal(base().with_tcp(elsewhere)).contains("tcp: "));
        assert!(refusal(base().with_log("a\nb")).contains("log: "));
        assert!(refusal(base().with_macro("a b", "c")).contains("macro: "));
    }
}
