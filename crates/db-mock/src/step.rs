//! A queued answer and the call it is for.

use std::fmt;

use db_port::{Health, Insert, Result, Statement};

use crate::reply::QueryReply;

/// One queued answer and the call it is for. A step gives its answer to that call alone, and comes
/// back from any other.
#[derive(Debug)]
pub(crate) enum Step {
    Query { text: String, reply: QueryReply },
    Execute { text: String, reply: Result<()> },
    Insert { table: String, reply: Result<()> },
    HealthCheck { reply: Result<Health> },
}

impl Step {
    pub(crate) fn for_query(self, statement: &Statement) -> Result<QueryReply, Self> {
        match self {
            Self::Query { text, reply } if contains(statement, &text) => Ok(reply),
            other => Err(other),
        }
    }

    pub(crate) fn for_execute(self, statement: &Statement) -> Result<Result<()>, Self> {
        match self {
            Self::Execute { text, reply } if contains(statement, &text) => Ok(reply),
            other => Err(other),
        }
    }

    pub(crate) fn for_insert(self, insert: &Insert) -> Result<Result<()>, Self> {
        match self {
            Self::Insert { table, reply } if insert.table().as_str() == table => Ok(reply),
            other => Err(other),
        }
    }

    pub(crate) fn for_health_check(self) -> Result<Result<Health>, Self> {
        match self {
            Self::HealthCheck { reply } => Ok(reply),
            other => Err(other),
        }
    }
}

fn contains(statement: &Statement, text: &str) -> bool {
    let on_one_line = |sql: &str| sql.split_whitespace().collect::<Vec<_>>().join(" ");
    on_one_line(statement.sql()).contains(&on_one_line(text))
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Query { text, .. } => write!(f, "query with {text:?}"),
            Self::Execute { text, .. } => write!(f, "execute with {text:?}"),
            Self::Insert { table, .. } => write!(f, "insert into {table}"),
            Self::HealthCheck { .. } => f.write_str("health check"),
        }
    }
}
