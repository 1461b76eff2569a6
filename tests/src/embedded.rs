//! Executors on the embedded engine, each with an empty database of its own.

use db_chdb::{ChdbConfig, ChdbExecutor, store};
use db_port::{Identifier, QueryExecutor, Statement};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

use crate::conformance::{PERMITS, Peer, Subject};

/// An empty database in memory, and an executor on it. The keeper holds the engine open as long as the
/// test runs, so that its memory outlives the executor, and no longer: a process must not end with its
/// engine open.
pub type TempDatabase = crate::temp_database::TempDatabase<ChdbExecutor>;

/// An executor that was never used, on an empty database called after `test`, in memory.
///
/// # Panics
/// If the engine cannot be opened; the message says where it was looked for.
pub async fn temp_database(test: &str) -> TempDatabase {
    temp_database_with(test, |config| config).await
}

/// As [`temp_database`], with a configuration of the test's own making.
///
/// # Panics
/// As [`temp_database`].
pub async fn temp_database_with(
    test: &str,
    configure: impl FnOnce(ChdbConfig) -> ChdbConfig,
) -> TempDatabase {
    let database = Identifier::new(test.to_owned()).unwrap();
    let create =
        Statement::new("CREATE DATABASE {database:Identifier}").bind("database", database.as_str());
    let keeper = ChdbExecutor::new(ChdbConfig::in_memory());
    if let Err(error) = keeper.execute(create).await {
        panic!("no embedded engine to test with: {error}");
    }
    // What nothing else ends, ends by itself, so that the test fails and does not hang.
    let config = ChdbConfig::in_memory().with_database(database);
    let config = config.with_setting("max_execution_time", 120);
    TempDatabase::new(ChdbExecutor::new(configure(config)), keeper)
}

/// A subject whose engine is on disk, where a lock on the folder shows whether it is open.
///
/// # Panics
/// If there is no room for it.
pub async fn subject(_test: &str) -> Subject {
    // A process has one engine, at one place.
    static ENGINE: Mutex<()> = Mutex::const_new(());
    let store = Store { _engine: ENGINE.lock().await, folder: tempfile::tempdir().unwrap() };
    let config = ChdbConfig::on_disk(store.folder.path()).with_max_concurrent_requests(PERMITS);
    let config = config.with_setting("max_execution_time", 120);
    Subject::new(ChdbExecutor::new(config), store)
}

struct Store {
    folder: TempDir,
    _engine: MutexGuard<'static, ()>,
}

impl Peer for Store {
    fn open(&self) -> usize {
        store::is_open(self.folder.path()).into()
    }

    fn opened(&self) -> usize {
        self.open()
    }
}
