//! An engine that runs.

use adbc_core::options::OptionDatabase;
use adbc_core::{Connection as _, Database, Driver, Statement as _};
use adbc_driver_manager::{ManagedConnection, ManagedDatabase, ManagedDriver};
use arrow_array::cast::AsArray;
use db_port::{DbError, Result};

use crate::config::Location;
use crate::{store, uri};

/// An engine that runs at one location until this is dropped.
pub(crate) struct Running {
    pub(crate) location: Location,
    database: ManagedDatabase,
    /// The engine runs while a connection is open; this one keeps it running between statements.
    _anchor: ManagedConnection,
}

impl Running {
    /// Starts the engine, and notes its version in the store. Blocks.
    pub(crate) fn start(driver: &mut ManagedDriver, location: Location) -> Result<Self> {
        let uri = match &location {
            Location::Memory => ":memory:".to_owned(),
            Location::Path(path) => uri::of_folder(path)?,
        };
        let mut open = || {
            let database =
                driver.new_database_with_opts([(OptionDatabase::Uri, uri.as_str().into())])?;
            let anchor = database.new_connection()?;
            Ok((database, anchor))
        };
        let failed = |error: adbc_core::error::Error| DbError::Unavailable {
            target: location.to_string(),
            reason: "the engine did not start; the folder may be damaged or open elsewhere".into(),
            source: Some(error.into()),
        };
        let (database, mut anchor) = open().map_err(failed)?;
        if let Location::Path(path) = &location {
            store::claim(path, &version(&mut anchor).map_err(failed)?)?;
        }
        Ok(Self { location, database, _anchor: anchor })
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

fn version(connection: &mut ManagedConnection) -> adbc_core::error::Result<String> {
    let mut statement = connection.new_statement()?;
    statement.set_sql_query("SELECT version() AS version")?;
    let rows = statement.execute()?.filter_map(std::result::Result::ok);
    let texts = rows.filter_map(|rows| rows.column(0).as_string_opt::<i32>().cloned());
    Ok(texts
        .flat_map(|texts| texts.iter().flatten().map(str::to_owned).collect::<Vec<_>>())
        .collect())
}
