//! The database that a URL names. The only place that names the adapters.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use db_chdb::{ChdbConfig, ChdbExecutor, Location};
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{Identifier, QueryExecutor, Statement};
use etcetera::BaseStrategy;

use crate::error::CliError;
use crate::sharing::{self, Shared};

/// Which database to use, as `--db` says it. The only place that names the adapters.
#[derive(Clone)]
pub(crate) enum DbUrl {
    Embedded(Location),
    /// An embedded store that another process serves.
    Shared(Box<Shared>),
    Server(Box<ClickHouseConfig>),
}

impl DbUrl {
    pub(crate) const SPELLING: &str = "it must be chdb:PATH, chdb::memory:, \
        http(s)://user:password@host:port/database, \
        clickhouse://user:password@host:port,host:port/database, or env: for the server that the \
        CLICKHOUSE_* variables name";

    /// The same database, where a relative folder begins at that of `file`.
    pub(crate) fn beside(self, file: &Path) -> Self {
        match (self, file.parent()) {
            (Self::Embedded(Location::Path(path)), Some(folder)) => {
                Self::Embedded(Location::Path(folder.join(path).components().collect()))
            }
            (url, _) => url,
        }
    }

    /// The embedded store under the user's data folder.
    pub(crate) fn default_store() -> Result<Self, CliError> {
        Self::in_data_folder("store")
    }

    /// The store of the demonstration, beside it.
    pub(crate) fn demo_store() -> Result<Self, CliError> {
        Self::in_data_folder("demo-store")
    }

    fn in_data_folder(name: &str) -> Result<Self, CliError> {
        let base = etcetera::choose_base_strategy().map_err(|_| {
            CliError::usage(
                "there is no home folder to keep a store in; give one with --db chdb:PATH",
            )
        })?;
        Ok(Self::Embedded(Location::Path(base.data_dir().join("candlehouse").join(name))))
    }

    /// The same, or the process that serves the embedded store.
    pub(crate) async fn locate(&self) -> db_port::Result<Self> {
        Ok(match self.folder() {
            Some(folder) => match sharing::find(folder).await? {
                Some(shared) => Self::Shared(Box::new(shared)),
                None => self.clone(),
            },
            None => self.clone(),
        })
    }

    /// The folder of an embedded store that no other process serves.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Embedded(Location::Path(folder)) => Some(folder),
            _ => None,
        }
    }

    /// As `--db` names it, without a password.
    pub(crate) fn named(&self) -> String {
        match self {
            Self::Shared(shared) => format!("chdb:{}", shared.folder().display()),
            _ => self.to_string(),
        }
    }

    /// An executor on the database; nothing is opened yet.
    pub(crate) fn executor(&self) -> Result<Arc<dyn QueryExecutor>, CliError> {
        Ok(match self {
            Self::Embedded(location) => {
                Arc::new(ChdbExecutor::new(ChdbConfig::at(location.clone())))
            }
            Self::Shared(shared) => Arc::new(ClickHouseManager::new(shared.config.clone())?),
            Self::Server(config) => Arc::new(ClickHouseManager::new((**config).clone())?),
        })
    }

    /// Starts the embedded engine, which takes longer than a question to it. A server needs no
    /// start: what it is asked first opens the connection.
    pub(crate) async fn start_engine(&self, db: &dyn QueryExecutor) -> Result<(), CliError> {
        match self {
            Self::Embedded(_) => Ok(db.connect().await?),
            Self::Shared(_) | Self::Server(_) => Ok(()),
        }
    }

    /// Makes the database on a server; the embedded engine has one.
    pub(crate) async fn create_database(&self) -> Result<(), CliError> {
        let Self::Server(config) = self else {
            return Ok(());
        };
        let everyones = (**config).clone().with_database(Identifier::from_static("default"));
        let create = Statement::new("CREATE DATABASE IF NOT EXISTS {database:Identifier}")
            .bind("database", config.database().as_str())
            .idempotent();
        let server = ClickHouseManager::new(everyones)?;
        // A server that is too old is refused before anything is made on it.
        server.connect().await?;
        Ok(server.execute(create).await?)
    }

    /// Refuses to read from a store that is not there, instead of making an empty one.
    pub(crate) fn must_exist(&self) -> Result<(), CliError> {
        let advice = "`candlehouse import FILE` makes one, and `candlehouse demo` shows what can be \
                      done in a store of its own";
        match self {
            Self::Embedded(Location::Path(path)) if !path.join("metadata").exists() => Err(
                CliError::not_found(format!("there is no store in {}; {advice}", path.display())),
            ),
            Self::Embedded(Location::Memory) => Err(CliError::not_found(
                "a store in memory is empty when a command begins and gone when it ends; give a \
                 folder with --db chdb:PATH",
            )),
            _ => Ok(()),
        }
    }
}

impl FromStr for DbUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("chdb:") {
            return embedded(path);
        }
        if text == "env:" {
            return server(ClickHouseConfig::from_env());
        }
        if ["http://", "https://", "clickhouse://"].iter().any(|head| text.starts_with(head)) {
            return server(ClickHouseConfig::from_url(text));
        }
        // The text is not repeated: it may hold a password.
        Err(Self::SPELLING.into())
    }
}

fn server(config: db_port::Result<ClickHouseConfig>) -> Result<DbUrl, String> {
    config.map(|config| DbUrl::Server(Box::new(config))).map_err(|error| error.to_string())
}

fn embedded(path: &str) -> Result<DbUrl, String> {
    let location = match path {
        ":memory:" => Location::Memory,
        "" => return Err("chdb: needs a folder, such as chdb:./store, or chdb::memory:".into()),
        path => Location::Path(match path.strip_prefix("~/") {
            Some(rest) => etcetera::home_dir().map_err(|error| error.to_string())?.join(rest),
            None => PathBuf::from(path),
        }),
    };
    Ok(DbUrl::Embedded(location))
}

impl fmt::Display for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded(location) => location.fmt(f),
            Self::Shared(shared) => shared.fmt(f),
            Self::Server(config) => config.fmt(f),
        }
    }
}

impl fmt::Debug for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DbUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spelling_names_its_database() {
        for (text, shown) in [
            ("chdb::memory:", "chdb::memory:"),
            ("chdb:./store", "chdb:./store"),
            ("chdb:/tmp/a b", "chdb:/tmp/a b"),
            ("http://localhost", "http://default@localhost:8123/jts"),
            ("https://u:p@h/db", "https://u@h:8443/db"),
            ("clickhouse://u:p@h:1234/db", "http://u@h:1234/db"),
        ] {
            assert_eq!(text.parse::<DbUrl>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_database_is_refused_without_repeating_a_password() {
        for text in
            ["", "chdb:", "postgres://u:hunter2@h/db", "store", "http://u:hunter2@h:99999/d"]
        {
            let error = text.parse::<DbUrl>().unwrap_err();
            assert!(!error.is_empty() && !error.contains("hunter2"), "{error}");
        }
    }
}
