//! What a request asks for.

use db_port::{Cause, DbError, Identifier, Result};

#[derive(Debug, Clone)]
pub(crate) enum RequestKind {
    Query,
    Statement,
    /// Into this table.
    Insert(Identifier),
}

impl RequestKind {
    /// The error of a request that may or may not have changed something; a query, whose `source`
    /// is given back, cannot.
    pub(crate) fn outcome_unknown(
        &self,
        query_id: &str,
        source: Option<Cause>,
    ) -> Result<DbError, Option<Cause>> {
        let what = match self {
            Self::Query => return Err(source),
            Self::Statement => "the statement".into(),
            Self::Insert(table) => format!("the insert into {table}"),
        };
        Ok(DbError::OutcomeUnknown { what, query_id: query_id.to_owned(), source })
    }

    pub(crate) const fn is_query(&self) -> bool {
        matches!(self, Self::Query)
    }

    pub(crate) fn table(&self) -> Option<&str> {
        match self {
            Self::Insert(table) => Some(table.as_str()),
            Self::Query | Self::Statement => None,
        }
    }
}
