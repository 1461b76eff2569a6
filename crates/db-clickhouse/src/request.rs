use std::sync::Arc;

use clickhouse::Client;
use clickhouse::query::Query;
use db_port::adapter::{Setting, check_settings, parameter_text};
use db_port::{Cause, DbError, Identifier, Result, Statement};

use crate::limits::Limits;

/// What the server's HTTP interface takes for something else than a setting.
const RESERVED: [&str; 18] = [
    "buffer_size",
    "client_protocol_version",
    "close_session",
    "compress",
    "database",
    "decompress",
    "default_format",
    "password",
    "query",
    "query_id",
    "quota_key",
    "role",
    "session_check",
    "session_id",
    "session_timeout",
    "stacktrace",
    "user",
    "wait_end_of_query",
];

/// Columns arrive as the types that the port promises, whatever the server's defaults are.
const ARROW: [(&str, &str); 4] = [
    ("output_format_arrow_compression_method", "none"),
    ("output_format_arrow_date_as_uint16", "0"),
    ("output_format_arrow_low_cardinality_as_dictionary", "0"),
    ("output_format_arrow_string_as_string", "1"),
];

/// A query whose client went away ends on the server too: both settings are needed for that.
const END_WITH_CLIENT: [(&str, &str); 2] =
    [("cancel_http_readonly_queries_on_client_close", "1"), ("readonly", "2")];

/// What the retry policy of inserts rests on.
const INSERTS_OWN: [&str; 5] = [
    "async_insert",
    "deduplicate_insert",
    "insert_deduplicate",
    "insert_deduplication_token",
    "wait_for_async_insert",
];

/// The whole answer is made before it begins, so that a failure cannot hide behind a good start.
pub(crate) const WHOLE_ANSWER: (&str, &str) = ("wait_end_of_query", "1");

/// One request to the server, for what it needs to know about itself when it fails.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) server: Arc<str>,
    pub(crate) kind: Kind,
    pub(crate) query_id: String,
    pub(crate) limits: Limits,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Query,
    Statement,
    Insert(Identifier),
}

impl Request {
    /// The statement, which was checked before, as the client's query.
    pub(crate) fn prepare(&self, client: &Client, statement: &Statement) -> Result<Query> {
        let mut query = client.query_raw(statement.sql()).with_setting("query_id", &self.query_id);
        let (first, second): (&[_], &[_]) = match self.kind {
            Kind::Query => (&ARROW, &END_WITH_CLIENT),
            Kind::Statement | Kind::Insert(_) => (&[WHOLE_ANSWER], &[]),
        };
        for &(name, value) in first.iter().chain(second) {
            query = query.with_setting(name, value);
        }
        if let Some(seconds) = self.execution_time() {
            query = query.with_setting("max_execution_time", seconds);
        }
        for Setting { name, value } in check_settings(statement.settings())? {
            query = query.with_setting(name.as_str(), value);
        }
        for (name, value) in statement.parameters() {
            query = query.with_setting(format!("param_{name}"), parameter_text(value));
        }
        Ok(query)
    }

    /// The server's own time limit, a little under this side's. Rows may flow for as long as the
    /// caller likes; what has no rows must answer before this side gives up.
    pub(crate) fn execution_time(&self) -> Option<String> {
        let seconds = match self.kind {
            Kind::Query => self.limits.servers_deadline()?,
            Kind::Statement | Kind::Insert(_) => self.limits.servers_next_wait(),
        };
        Some(format!("{seconds:.6}"))
    }

    /// The error of a request whose answer is missing or broke off after `received` rows.
    pub(crate) fn unanswered(
        &self,
        reason: &str,
        source: Option<Cause>,
        received: Option<u64>,
    ) -> DbError {
        match self.kind.outcome_unknown(&self.query_id, source) {
            Ok(error) => error,
            Err(source) => {
                let rows = received.unwrap_or_default();
                DbError::Interrupted { rows, reason: reason.to_owned(), source }
            }
        }
    }
}

impl Kind {
    /// The error of a request that may or may not have changed something; a query, whose `source` is
    /// given back, cannot.
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

    /// Checks what can be checked before the statement waits for anything.
    pub(crate) fn check(&self, statement: &Statement) -> Result<()> {
        statement.check()?;
        self.checked(check_settings(statement.settings())?).map(drop)
    }

    /// The caller's settings, if all of them are settings to the server and none is one that this
    /// adapter relies on.
    pub(crate) fn checked(&self, settings: Vec<Setting>) -> Result<Vec<Setting>> {
        let refuse = |name: &Identifier, reason: &str| {
            let what = format!("setting {name}");
            Err(DbError::InvalidInput { what, reason: reason.into() })
        };
        for Setting { name, .. } in &settings {
            if RESERVED.contains(&name.as_str()) || name.as_str().starts_with("param_") {
                return refuse(
                    name,
                    "over HTTP this name is not a setting: leave it to the adapter",
                );
            }
            if self.is_own(name.as_str()) {
                return refuse(
                    name,
                    "whether this can be repeated rests on it: leave it to the adapter",
                );
            }
        }
        Ok(settings)
    }

    fn is_own(&self, setting: &str) -> bool {
        match self {
            Self::Query => END_WITH_CLIENT.iter().any(|(own, _)| *own == setting),
            Self::Statement => false,
            Self::Insert(_) => INSERTS_OWN.contains(&setting),
        }
    }
}
