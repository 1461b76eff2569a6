//! A running server, and how it ends.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::address::reachable;
use crate::config::ServerConfig;
use crate::error::Error;
use crate::percent::percent_encoded;
use crate::program;
use crate::start::Start;

/// How much longer than the child's own grace time the parent waits for its end.
const BEYOND_GRACE: Duration = Duration::from_secs(1);

/// A running server. Dropping it ends it as [`Server::stop`] does.
pub struct Server {
    child: Child,
    /// Closing it asks the child to end; the system closes it when this process dies.
    input: Option<ChildStdin>,
    http: SocketAddr,
    tcp: Option<SocketAddr>,
    version: String,
    login: Option<(String, Option<String>)>,
    store: PathBuf,
    stop_grace: Duration,
    _temporary: Option<TempDir>,
}

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// By itself, with its files in order.
    Cleanly,
    /// By force: it was busy for longer than its grace time, or it crashed. What it had
    /// acknowledged is stored.
    ByForce,
}

impl Server {
    /// Starts a server and waits until it answers. Blocks, usually for less than half a second;
    /// asynchronous programs call it where they may block.
    ///
    /// # Errors
    /// [`Error`]; nothing is left running then.
    pub fn start(config: ServerConfig) -> Result<Self, Error> {
        let config = config.complete()?;
        let library = db_chdb::find_library(config.library.as_deref())?;
        let program = program::find(&config)?;
        let temporary = match &config.store {
            Some(_) => None,
            None => {
                let made = tempfile::Builder::new().prefix("chdb-store-").tempdir();
                Some(made.map_err(Error::system("make a folder for temporary files"))?)
            }
        };
        let wanted = config.store.as_deref().or(temporary.as_ref().map(TempDir::path));
        let store = db_chdb::store::prepare(wanted.unwrap_or(Path::new("")))?;
        let mut start = Start::begin(&config, &program, library, &store)?;
        let version = start.version()?;
        db_chdb::store::claim(&store, &version)?;
        let (mut child, ports) = start.open()?;
        let user = config.users.first();
        Ok(Self {
            input: child.stdin.take(),
            child,
            http: SocketAddr::new(config.http.ip(), ports.http),
            tcp: ports.tcp.map(|port| SocketAddr::new(config.http.ip(), port)),
            version,
            login: user.map(|user| (user.name.clone(), user.password().map(str::to_owned))),
            store,
            stop_grace: config.stop_grace,
            _temporary: temporary,
        })
    }

    /// The URL of the HTTP interface for this machine, with name and password of the first user and
    /// the database `default`, which is the one of `db-chdb` too. It holds a secret.
    #[must_use]
    pub fn url(&self) -> String {
        let login = match &self.login {
            None => String::new(),
            Some((name, None)) => format!("{}@", percent_encoded(name)),
            Some((name, Some(password))) => {
                format!("{}:{}@", percent_encoded(name), percent_encoded(password))
            }
        };
        format!("http://{login}{}/default", reachable(self.http))
    }

    /// Where the HTTP interface listens.
    #[must_use]
    pub const fn http_address(&self) -> SocketAddr {
        self.http
    }

    /// Where the native protocol is spoken, if that was asked for.
    #[must_use]
    pub const fn tcp_address(&self) -> Option<SocketAddr> {
        self.tcp
    }

    /// The port of the native protocol, if that was asked for.
    #[must_use]
    pub fn native_port(&self) -> Option<u16> {
        self.tcp.map(|address| address.port())
    }

    /// The engine's version, such as `26.7.2.1`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The folder of the store, as an absolute path.
    #[must_use]
    pub fn store(&self) -> &Path {
        &self.store
    }

    /// The id of the child process, which leads a process group of its own.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How the server ended by itself, if it has.
    ///
    /// # Errors
    /// [`Error::System`] if the system does not tell.
    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>, Error> {
        self.child.try_wait().map_err(Error::system("watch the server"))
    }

    /// Ends the server: no new connections, the running queries' time to end, then by force. Blocks
    /// for the grace time at most.
    pub fn stop(mut self) -> Stopped {
        self.end()
    }

    /// Ends the server at once, as SIGKILL does.
    pub fn kill(mut self) {
        self.end_by_force();
    }

    fn end(&mut self) -> Stopped {
        drop(self.input.take());
        let deadline = Instant::now() + self.stop_grace + BEYOND_GRACE;
        while Instant::now() < deadline {
            match self.child.try_wait() {
                Ok(Some(status)) if status.success() => return Stopped::Cleanly,
                Ok(Some(_)) | Err(_) => return Stopped::ByForce,
                Ok(None) => sleep(Duration::from_millis(2)),
            }
        }
        self.end_by_force();
        Stopped::ByForce
    }

    fn end_by_force(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("pid", &self.pid())
            .field("http", &self.http)
            .field("tcp", &self.tcp)
            .field("version", &self.version)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}
