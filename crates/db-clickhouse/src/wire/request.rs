//! One request to a server.

use std::sync::Arc;

use clickhouse::Client;
use clickhouse::query::Query;
use db_port::adapter::parameter_text;
use db_port::{Cause, DbError, Statement};

use super::request_kind::RequestKind;
use super::settings::{ARROW, END_WITH_CLIENT, LIMITS_THROW, MUTATIONS_SYNC, WHOLE_ANSWER};
use super::tracked::Tracked;
use crate::policy::deadline::Deadline;

/// One request to the server, for what it needs to know about itself when it fails.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) server: Arc<str>,
    pub(crate) kind: RequestKind,
    pub(crate) query_id: String,
    pub(crate) deadline: Deadline,
    pub(crate) tracked: Arc<Tracked>,
}

impl Request {
    /// The statement, which was checked before, as the client's query.
    pub(crate) fn prepare(&self, client: &Client, statement: &Statement) -> Query {
        let mut query = client.query_raw(statement.sql()).with_setting("query_id", &self.query_id);
        let (first, second): (&[_], &[_]) = match self.kind {
            RequestKind::Query => (&ARROW, &END_WITH_CLIENT),
            RequestKind::Statement | RequestKind::Insert(_) => (&[WHOLE_ANSWER], &[MUTATIONS_SYNC]),
        };
        for &(name, value) in first.iter().chain(second).chain(&LIMITS_THROW) {
            query = query.with_setting(name, value);
        }
        if let Some(seconds) = self.execution_time() {
            query = query.with_setting("max_execution_time", seconds);
        }
        for (name, value) in statement.settings() {
            query = query.with_setting(name, value);
        }
        for (name, value) in statement.parameters() {
            query = query.with_setting(format!("param_{name}"), parameter_text(value));
        }
        query
    }

    /// The server's own time limit, a little under this side's. Rows may flow for as long as the
    /// caller likes; what has no rows must answer before this side gives up.
    pub(crate) fn execution_time(&self) -> Option<String> {
        let seconds = match self.kind {
            RequestKind::Query => self.deadline.servers_total()?,
            RequestKind::Statement | RequestKind::Insert(_) => self.deadline.servers_next_wait(),
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
