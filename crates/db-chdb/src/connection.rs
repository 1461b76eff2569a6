//! A connection for one operation.

use std::sync::Arc;

use adbc_core::options::{IngestMode, OptionStatement};
use adbc_core::{Connection as _, Optionable, Statement as _};
use adbc_driver_manager::ManagedConnection;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::SchemaRef;
use db_port::adapter::{parameter_text, string_literal};
use db_port::{Identifier, Result, Statement};

use crate::engine::Engine;
use crate::error;
use crate::setup::Setup;

/// The longest text of a statement that the engine parses by default.
const DEFAULT_MAX_QUERY_SIZE: usize = 262_144;

/// A connection of the engine, for one operation. Nothing set on it can reach another operation: it
/// may be left only to one of the same setup.
pub(crate) struct Connection {
    // Before the engine, so that it is closed first.
    managed: ManagedConnection,
    engine: Arc<Engine>,
    /// The name under which the engine knows the operation, as `log_comment`.
    id: String,
    pub(crate) setup: Setup,
    /// Whether nothing is set on it but the setup.
    pub(crate) is_clean: bool,
}

impl Connection {
    /// A connection of this setup.
    pub(crate) fn open(engine: Arc<Engine>, id: &str, setup: Setup) -> Result<Self> {
        Self::set_up(engine, id, setup, &[])
    }

    /// A connection of this setup, with the parameters of a statement.
    pub(crate) fn open_for(
        engine: Arc<Engine>,
        id: &str,
        setup: Setup,
        statement: &Statement,
    ) -> Result<Self> {
        Self::set_up(engine, id, setup, &parameters(statement))
    }

    fn set_up(engine: Arc<Engine>, id: &str, setup: Setup, parameters: &[String]) -> Result<Self> {
        let mut own = vec![assignment("log_comment", id)];
        own.extend_from_slice(parameters);
        if let Some(managed) = engine.running()?.idle.take(&setup) {
            let mut idle = Self::of(managed, Arc::clone(&engine), id, setup.clone());
            // A setting can stand in the way, such as `readonly`; then a new one is opened.
            if idle.set(&own).is_ok() {
                return Ok(idle);
            }
        }
        let managed = engine.connection()?;
        let mut new = Self::of(managed, engine, id, setup);
        new.update(&format!("USE `{}`", new.setup.database))?;
        own.push("async_insert = 0".into());
        let settings = new.setup.settings.iter();
        let settings: Vec<_> =
            settings.map(|setting| assignment(setting.name.as_str(), &setting.value)).collect();
        // How long a text may be is said about the statement, not about what is set before it.
        if assigning(&own).len() > DEFAULT_MAX_QUERY_SIZE {
            new.set_long(&own)?;
            new.set(&settings)?;
        } else {
            own.extend(settings);
            new.set(&own)?;
        }
        Ok(new)
    }

    fn of(managed: ManagedConnection, engine: Arc<Engine>, id: &str, setup: Setup) -> Self {
        Self { managed, engine, id: id.to_owned(), setup, is_clean: true }
    }

    /// Leaves the connection to another operation of its setup, after one that has ended well.
    pub(crate) fn leave(self) {
        if self.is_clean
            && let Ok(running) = self.engine.running()
        {
            running.idle.keep(self.setup, self.managed);
        }
    }

    /// Sets what belongs to this operation only.
    pub(crate) fn set_once(&mut self, assignments: &[String]) -> Result<()> {
        self.is_clean = false;
        self.set(assignments)
    }

    /// Sets the parameters of a statement that the operation asks beside its own.
    pub(crate) fn bind(&mut self, statement: &Statement) -> Result<()> {
        self.set_once(&parameters(statement))
    }

    fn set(&mut self, assignments: &[String]) -> Result<()> {
        match assignments.is_empty() {
            true => Ok(()),
            false => self.update(&assigning(assignments)),
        }
    }

    fn set_long(&mut self, assignments: &[String]) -> Result<()> {
        self.is_clean = false;
        let text = assigning(assignments);
        self.update(&format!("SET max_query_size = {}", text.len() + 1))?;
        self.update(&text)?;
        self.update("SET max_query_size = DEFAULT")
    }

    /// Runs a statement and returns the reader of its rows, once there is a first batch or none.
    pub(crate) fn query(&mut self, sql: &str) -> Result<Box<dyn RecordBatchReader + Send>> {
        let result = self.managed.new_statement().and_then(|mut statement| {
            statement.set_sql_query(sql)?;
            statement.execute()
        });
        result.map_err(|failure| error::from_engine(&failure, &self.id))
    }

    /// Runs a statement that has no rows.
    pub(crate) fn update(&mut self, sql: &str) -> Result<()> {
        let result = self.managed.new_statement().and_then(|mut statement| {
            statement.set_sql_query(sql)?;
            statement.execute_update()
        });
        result.map(drop).map_err(|failure| error::from_engine(&failure, &self.id))
    }

    /// The insertable columns of a table, as a query returns them.
    pub(crate) fn schema_of(&mut self, table: &Identifier) -> Result<SchemaRef> {
        Ok(self.query(&format!("SELECT * FROM `{table}` WHERE 0"))?.schema())
    }

    /// Appends a batch that has exactly the table's columns, in its order.
    pub(crate) fn ingest(
        &mut self,
        database: Option<&Identifier>,
        table: &Identifier,
        batch: RecordBatch,
    ) -> Result<()> {
        let result = self.managed.new_statement().and_then(|mut statement| {
            let append = String::from(IngestMode::Append);
            statement.set_option(OptionStatement::IngestMode, append.as_str().into())?;
            if let Some(database) = database {
                statement.set_option(OptionStatement::TargetDbSchema, database.as_str().into())?;
            }
            statement.set_option(OptionStatement::TargetTable, table.as_str().into())?;
            statement.bind(batch)?;
            statement.execute_update()
        });
        result.map(drop).map_err(|failure| error::from_engine(&failure, &self.id))
    }
}

fn parameters(statement: &Statement) -> Vec<String> {
    let parameters = statement.parameters();
    let assign = |(name, value)| assignment(&format!("param_{name}"), &parameter_text(value));
    parameters.map(assign).collect()
}

pub(crate) fn assignment(name: &str, value: &str) -> String {
    format!("{name} = {}", string_literal(value))
}

fn assigning(assignments: &[String]) -> String {
    format!("SET {}", assignments.join(", "))
}
