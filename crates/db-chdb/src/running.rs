//! An engine that runs.

use adbc_core::error::Error as AdbcError;
use adbc_core::options::{OptionDatabase, OptionValue};
use adbc_core::{Connection as _, Database, Driver, Statement as _};
use adbc_driver_manager::{ManagedConnection, ManagedDatabase, ManagedDriver};
use arrow_array::cast::AsArray;
use db_port::{BoxError, DbError, Result};

use crate::config::Location;
use crate::idle::Idle;
use crate::options::EngineOptions;
use crate::tables::Tables;
use crate::{store, uri};

/// An engine that runs at one location until this is dropped.
pub(crate) struct Running {
    pub(crate) location: Location,
    pub(crate) options: EngineOptions,
    pub(crate) version: String,
    pub(crate) tables: Tables,
    // Before the database, so that they are closed first.
    pub(crate) idle: Idle<ManagedConnection>,
    database: ManagedDatabase,
    /// The engine runs while a connection is open; this one keeps it running between statements.
    _anchor: ManagedConnection,
}

impl Running {
    /// Starts the engine, and notes its version in the store. Blocks.
    pub(crate) fn start(
        driver: &mut ManagedDriver,
        location: Location,
        options: EngineOptions,
    ) -> Result<Self> {
        let mut started = match &location {
            Location::Memory => start(driver, ":memory:", &options),
            Location::Path(path) => start(driver, &uri::of_folder(path)?, &options),
        }
        .map_err(|error| failed(&location, &options, error))?;
        refuse_unknown(&mut started.1, &options)?;
        let version = version(&mut started.1)?;
        if let Location::Path(path) = &location {
            store::claim(path, &version)?;
        }
        let (database, anchor) = started;
        Ok(Self {
            location,
            options,
            version,
            tables: Tables::default(),
            idle: Idle::new(),
            database,
            _anchor: anchor,
        })
    }

    /// Opens a connection. Blocks, briefly.
    pub(crate) fn connection(&self) -> Result<ManagedConnection> {
        self.database.new_connection().map_err(|error| DbError::Unavailable {
            target: self.location.to_string(),
            reason: "the engine opened no further connection".into(),
            source: Some(error.into()),
        })
    }
}

fn start(
    driver: &mut ManagedDriver,
    uri: &str,
    options: &EngineOptions,
) -> adbc_core::error::Result<(ManagedDatabase, ManagedConnection)> {
    let arguments = options.arguments().map(|(name, value)| {
        (OptionDatabase::Other(format!("chdb.{name}")), OptionValue::String(value))
    });
    let uri = (OptionDatabase::Uri, OptionValue::String(uri.to_owned()));
    let database = driver.new_database_with_opts(std::iter::once(uri).chain(arguments))?;
    let anchor = database.new_connection()?;
    Ok((database, anchor))
}

fn failed(location: &Location, options: &EngineOptions, error: AdbcError) -> DbError {
    let mut reason =
        "the engine did not start; the folder may be damaged or open elsewhere".to_owned();
    let names: Vec<_> = options.server_settings().collect();
    if !names.is_empty() {
        reason += &format!(", or it takes no such value of {}", names.join(", "));
    }
    DbError::Unavailable { target: location.to_string(), reason, source: Some(error.into()) }
}

/// The engine itself skips what it does not know.
fn refuse_unknown(anchor: &mut ManagedConnection, options: &EngineOptions) -> Result<()> {
    let mut wanted = options.server_settings().peekable();
    if wanted.peek().is_none() {
        return Ok(());
    }
    let known = texts(anchor, "SELECT name FROM system.server_settings")?;
    match wanted.find(|name| !known.iter().any(|known| known == name)) {
        None => Ok(()),
        Some(name) => Err(DbError::Configuration {
            key: name.into(),
            reason: "the engine has no such server setting; `system.server_settings` lists them"
                .into(),
        }),
    }
}

fn version(anchor: &mut ManagedConnection) -> Result<String> {
    let mut versions = texts(anchor, "SELECT version() AS version")?;
    versions.pop().ok_or_else(|| DbError::UnexpectedResult {
        expected: "the engine's version".into(),
        found: "no row".into(),
    })
}

/// The rows of a statement that asks for one text.
fn texts(connection: &mut ManagedConnection, sql: &str) -> Result<Vec<String>> {
    let mut read = || -> Result<Vec<String>, BoxError> {
        let mut statement = connection.new_statement()?;
        statement.set_sql_query(sql)?;
        let mut texts = Vec::new();
        for rows in statement.execute()? {
            let rows = rows?;
            texts.extend(rows.column(0).as_string::<i32>().iter().flatten().map(str::to_owned));
        }
        Ok(texts)
    };
    read().map_err(|error| DbError::UnexpectedResult {
        expected: format!("the answer of {sql}"),
        found: error.to_string(),
    })
}
