//! How to open the embedded engine.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use db_port::Identifier;

/// Where the engine keeps its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In memory: gone when the last executor of the process closes. All executors of a process
    /// that name this location share one engine and see the same data.
    Memory,
    /// In this folder, made if it is missing. One process at a time can open it. Its path is UTF-8
    /// and does not end in white space, which the engine would cut off.
    Path(PathBuf),
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("chdb::memory:"),
            Self::Path(path) => write!(f, "chdb:{}", path.display()),
        }
    }
}

/// How to open the embedded engine.
#[derive(Debug, Clone)]
pub struct ChdbConfig {
    pub(crate) location: Location,
    pub(crate) database: Identifier,
    pub(crate) library: Option<PathBuf>,
    pub(crate) max_concurrent_requests: usize,
    pub(crate) acquire_timeout: Duration,
    pub(crate) health_timeout: Duration,
}

impl ChdbConfig {
    /// An engine that keeps its data in memory.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::at(Location::Memory)
    }

    /// An engine that keeps its data in the folder `path`.
    pub fn on_disk(path: impl Into<PathBuf>) -> Self {
        Self::at(Location::Path(path.into()))
    }

    /// An engine that keeps its data at `location`, with database `default`, 8 requests at the
    /// same time, an acquire timeout of 30 s and a health check of 5 s.
    #[must_use]
    pub const fn at(location: Location) -> Self {
        Self {
            location,
            database: Identifier::from_static("default"),
            library: None,
            max_concurrent_requests: 8,
            acquire_timeout: Duration::from_secs(30),
            health_timeout: Duration::from_secs(5),
        }
    }

    /// The database that statements run in. It must exist when they do.
    #[must_use]
    pub fn with_database(mut self, database: Identifier) -> Self {
        self.database = database;
        self
    }

    /// The engine's library file. Without it the environment variable `CANDLEHOUSE_ENGINE` and
    /// then the usual places decide.
    #[must_use]
    pub fn with_library(mut self, library: impl Into<PathBuf>) -> Self {
        self.library = Some(library.into());
        self
    }

    /// How many requests may run at the same time, at least one.
    #[must_use]
    pub fn with_max_concurrent_requests(mut self, requests: usize) -> Self {
        self.max_concurrent_requests = requests;
        self
    }

    /// How long a request waits for a permit while all of them are in use.
    #[must_use]
    pub const fn with_acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// How long a health check may take, the wait for a permit included.
    #[must_use]
    pub const fn with_health_timeout(mut self, timeout: Duration) -> Self {
        self.health_timeout = timeout;
        self
    }
}
