//! How to open the embedded engine.

use std::collections::BTreeMap;
use std::fmt;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use db_port::Identifier;

use crate::options::EngineOptions;

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
    pub(crate) close_timeout: Duration,
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) options: EngineOptions,
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
    /// same time, an acquire timeout of 30 s, a health check of 5 s and a close timeout of 5 s.
    #[must_use]
    pub const fn at(location: Location) -> Self {
        Self {
            location,
            database: Identifier::from_static("default"),
            library: None,
            max_concurrent_requests: 8,
            acquire_timeout: Duration::from_secs(30),
            health_timeout: Duration::from_secs(5),
            close_timeout: Duration::from_secs(5),
            settings: BTreeMap::new(),
            options: EngineOptions::new(),
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

    /// How long closing lets calls and streams go on before it ends them. Zero ends them at once.
    #[must_use]
    pub const fn with_close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout;
        self
    }

    /// A setting of ClickHouse for every statement and insert of this executor, such as
    /// `max_memory_usage`; a call's own setting overrides it. The last value for a name counts.
    ///
    /// Opening fails with [`DbError::Configuration`](db_port::DbError::Configuration) when the engine
    /// does not know it or takes no such value, or when the adapter relies on it.
    #[must_use]
    pub fn with_setting(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.settings.insert(name.into(), value.to_string());
        self
    }

    /// How many threads one statement may use: the setting `max_threads`. Without it there are as
    /// many as the machine has cores.
    #[must_use]
    pub fn with_max_threads(self, threads: NonZeroUsize) -> Self {
        self.with_setting("max_threads", threads)
    }

    /// How many bytes of memory the whole engine may use; a statement that needs more fails with
    /// code 241. The engine takes at most nine tenths of the machine's memory, which it also does
    /// without this.
    ///
    /// This and the two options below are those of the process's one engine. Executors that share
    /// it leave them out or say the same; another value is
    /// [`DbError::Configuration`](db_port::DbError::Configuration) when they open.
    #[must_use]
    pub fn with_max_server_memory(mut self, bytes: NonZeroU64) -> Self {
        self.options.set("max_server_memory_usage", bytes);
        self
    }

    /// The folder that `BACKUP` and `RESTORE` may use, as in `BACKUP TABLE candles TO File('name')`.
    /// Without it they are refused. It must exist when the engine is opened.
    #[must_use]
    pub fn with_backups_path(mut self, folder: impl Into<PathBuf>) -> Self {
        self.options.backups_path = Some(folder.into());
        self
    }

    /// A server setting of ClickHouse, such as `background_pool_size`, by its name in
    /// `system.server_settings`. Opening fails with
    /// [`DbError::Configuration`](db_port::DbError::Configuration) when the engine does not know it.
    #[must_use]
    pub fn with_server_setting(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.options.set(name, value);
        self
    }
}
