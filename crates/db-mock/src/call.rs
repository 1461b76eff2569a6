//! Something that was asked.

use std::fmt;

use db_port::{Insert, Statement};

/// Something that was asked of a [`ScriptedExecutor`](crate::ScriptedExecutor).
#[derive(Debug, Clone)]
pub enum Call {
    /// A statement with rows.
    Query(Statement),
    /// A statement without rows.
    Execute(Statement),
    /// Rows to store.
    Insert(Insert),
    /// A health check.
    HealthCheck,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Query(statement) => write_statement(f, "query", statement),
            Self::Execute(statement) => write_statement(f, "execute", statement),
            Self::Insert(insert) => {
                write!(f, "insert of {} rows into {}", insert.batch().num_rows(), insert.table())
            }
            Self::HealthCheck => f.write_str("health check"),
        }
    }
}

fn write_statement(f: &mut fmt::Formatter<'_>, verb: &str, statement: &Statement) -> fmt::Result {
    write!(f, "{verb} {}", statement.sql())?;
    for (name, value) in statement.parameters() {
        write!(f, "\n    parameter {name} = {value:?}")?;
    }
    for (name, value) in statement.settings() {
        write!(f, "\n    setting {name} = {value}")?;
    }
    Ok(())
}
