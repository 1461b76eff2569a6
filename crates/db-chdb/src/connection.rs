//! A connection for one operation.

use std::sync::Arc;

use adbc_core::options::{IngestMode, OptionStatement};
use adbc_core::{Connection as _, Optionable, Statement as _};
use adbc_driver_manager::ManagedConnection;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::SchemaRef;
use db_port::adapter::{Setting, parameter_text, string_literal};
use db_port::{Identifier, Result, Statement};

use crate::engine::Engine;
use crate::error;

/// The longest text of a `SET` statement that the engine parses by default.
const DEFAULT_MAX_QUERY_SIZE: usize = 262_144;

/// A connection of the engine, for one operation. Opening one takes less than a tenth of a millisecond, and
/// nothing set on it can reach another operation.
pub(crate) struct Connection {
    // Before the engine, so that it is closed first.
    managed: ManagedConnection,
    _engine: Arc<Engine>,
    /// The name under which the engine knows the operation, as `log_comment`.
    id: String,
}

impl Connection {
    pub(crate) fn open(engine: Arc<Engine>, id: &str) -> Result<Self> {
        let managed = engine.connection()?;
        let mut connection = Self { managed, _engine: engine, id: id.to_owned() };
        connection
            .update(&format!("SET log_comment = {}, async_insert = 0", string_literal(id)))?;
        Ok(connection)
    }

    /// Goes to the database that names without one mean.
    pub(crate) fn enter(&mut self, database: &Identifier) -> Result<()> {
        self.update(&format!("USE `{database}`"))
    }

    /// Sets the settings of a statement, after its parameters: how long a text may be is said about
    /// the statement.
    pub(crate) fn set<'a>(&mut self, settings: impl Iterator<Item = &'a Setting>) -> Result<()> {
        let assignments: Vec<_> =
            settings.map(|setting| assignment(setting.name.as_str(), &setting.value)).collect();
        match assignments.is_empty() {
            true => Ok(()),
            false => self.update(&format!("SET {}", assignments.join(", "))),
        }
    }

    /// Sets the parameters of a statement.
    pub(crate) fn bind(&mut self, statement: &Statement) -> Result<()> {
        let assignments: Vec<_> = statement
            .parameters()
            .map(|(name, value)| assignment(&format!("param_{name}"), &parameter_text(value)))
            .collect();
        if assignments.is_empty() {
            return Ok(());
        }
        let text = format!("SET {}", assignments.join(", "));
        if text.len() <= DEFAULT_MAX_QUERY_SIZE {
            return self.update(&text);
        }
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

fn assignment(name: &str, value: &str) -> String {
    format!("{name} = {}", string_literal(value))
}
