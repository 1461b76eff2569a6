use std::sync::Arc;

use clickhouse::Client;
use clickhouse::query::Query;
use db_port::{BoxError, DbError, Identifier, Result, Setting, Statement};
use uuid::Uuid;

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
const ARROW: [(&str, &str); 3] = [
    ("output_format_arrow_compression_method", "none"),
    ("output_format_arrow_low_cardinality_as_dictionary", "0"),
    ("output_format_arrow_string_as_string", "1"),
];

/// A query whose client went away ends on the server too: both settings are needed for that.
const END_WITH_CLIENT: [(&str, &str); 2] =
    [("cancel_http_readonly_queries_on_client_close", "1"), ("readonly", "2")];

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
    pub(crate) fn new(server: &Arc<str>, kind: Kind, limits: Limits) -> Self {
        let query_id = Uuid::new_v4().to_string();
        Self { server: Arc::clone(server), kind, query_id, limits }
    }

    /// The statement as the client's query. It was not checked before.
    pub(crate) fn prepare(&self, client: &Client, statement: &Statement) -> Result<Query> {
        statement.check()?;
        let mut query = client.query_raw(statement.sql()).with_setting("query_id", &self.query_id);
        let (first, second): (&[_], &[_]) = match self.kind {
            Kind::Query => (&ARROW, &END_WITH_CLIENT),
            Kind::Statement | Kind::Insert(_) => (&[WHOLE_ANSWER], &[]),
        };
        for &(name, value) in first.iter().chain(second) {
            query = query.with_setting(name, value);
        }
        if let Some(limit) = self.limits.own() {
            // A little less, so that the server's own answer arrives in time.
            let seconds = (limit.as_secs_f64() * 0.95).max(1e-6);
            query = query.with_setting("max_execution_time", format!("{seconds:.6}"));
        }
        for Setting { name, value } in checked(statement.settings()?)? {
            query = query.with_setting(name.as_str(), value);
        }
        for (name, value) in statement.parameters() {
            query = query.with_setting(format!("param_{name}"), value.to_parameter_text());
        }
        Ok(query)
    }

    /// The error of a request whose answer is missing or broke off after `received` rows.
    pub(crate) fn unanswered(
        &self,
        reason: &str,
        source: Option<BoxError>,
        received: Option<u64>,
    ) -> DbError {
        let what = match &self.kind {
            Kind::Query => {
                let rows = received.unwrap_or_default();
                return DbError::Interrupted { rows, reason: reason.to_owned(), source };
            }
            Kind::Statement => "the statement".into(),
            Kind::Insert(table) => format!("the insert into {table}"),
        };
        DbError::OutcomeUnknown { what, query_id: self.query_id.clone(), source }
    }
}

/// The settings, if all of them are settings to the server.
pub(crate) fn checked(settings: Vec<Setting>) -> Result<Vec<Setting>> {
    for Setting { name, .. } in &settings {
        if RESERVED.contains(&name.as_str()) || name.as_str().starts_with("param_") {
            return Err(DbError::InvalidInput {
                what: format!("setting {name}"),
                reason: "over HTTP this name is not a setting: leave it to the adapter".into(),
            });
        }
    }
    Ok(settings)
}
