//! The server that this process runs on a store, for itself and for others.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chdb_server::{Server, ServerConfig};
use db_clickhouse::ClickHouseManager;
use db_port::QueryExecutor;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::clients::ClickHouseArgs;
use super::entry::{self, Entry};
use super::find::find;
use crate::error::CliError;

/// How often it is looked whether the server still runs.
const EVERY: Duration = Duration::from_millis(100);

/// A server on a store, which others find by the entry in the store's folder. Dropping it removes
/// the entry and ends the server, which may take some seconds.
pub(crate) struct Host {
    server: Server,
    entry: Entry,
    folder: PathBuf,
}

impl Host {
    /// Serves the store in `folder`, also to whom `clients` lets in.
    pub(crate) async fn start(folder: PathBuf, clients: &ClickHouseArgs) -> Result<Self, CliError> {
        let config = clients.config(&folder)?;
        if let Some(shared) = find(&folder).await? {
            return Err(shared.already().into());
        }
        spawn_blocking(move || Self::start_blocking(config)).await?.map_err(|error| match error {
            CliError::ClickHouse(error) => clients.explain(error),
            error => error,
        })
    }

    fn start_blocking(config: ServerConfig) -> Result<Self, CliError> {
        let server = Server::start(config)?;
        let folder = server.store().to_owned();
        let failed = |reason: String| CliError::Entry { path: entry::path(&folder), reason };
        let entry = Entry::of(&server).ok_or_else(|| failed("the server has no address".into()))?;
        let host = Self { server, entry, folder: folder.clone() };
        host.entry.write(&folder).map_err(|error| failed(error.to_string()))?;
        // Some file systems know no modes.
        Entry::read(&folder).map_err(failed)?;
        Ok(host)
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    /// An executor on the server.
    pub(crate) fn executor(&self) -> Result<Arc<dyn QueryExecutor>, CliError> {
        Ok(Arc::new(ClickHouseManager::new(self.entry.config()?)?))
    }

    /// Waits until the server has ended by itself, and says how.
    pub(crate) async fn lost(&mut self) -> CliError {
        loop {
            match self.server.try_wait() {
                Ok(None) => sleep(EVERY).await,
                Ok(Some(status)) => {
                    let log = self.folder.join("server.log");
                    return CliError::ServerLost { process: self.server.pid(), status, log };
                }
                Err(error) => return error.into(),
            }
        }
    }

    /// Ends the server and waits for its end.
    pub(crate) async fn stop(self) -> Result<(), CliError> {
        Ok(spawn_blocking(move || drop(self)).await?)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Before the server ends, since the store can be served by another process from then on.
        self.entry.withdraw(&self.folder);
    }
}
