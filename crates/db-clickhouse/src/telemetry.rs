//! The names of what is traced and counted, as OpenTelemetry's conventions for databases have them.

use std::time::Duration;

use db_port::{DbError, Result};
use tracing::Span;

use crate::policy::failure::{Failure, FailureClass};

/// The first word of a statement, if it is one of those that statements begin with: the name of the
/// operation where texts may not be shown.
pub(crate) fn operation(sql: &str) -> &'static str {
    const KNOWN: [&str; 24] = [
        "ALTER", "ATTACH", "BACKUP", "CHECK", "CREATE", "DELETE", "DESCRIBE", "DETACH", "DROP",
        "EXCHANGE", "EXISTS", "EXPLAIN", "GRANT", "INSERT", "KILL", "OPTIMIZE", "RENAME", "REVOKE",
        "SELECT", "SET", "SHOW", "SYSTEM", "TRUNCATE", "WITH",
    ];
    let word = sql.split(|c: char| !c.is_ascii_alphabetic()).find(|word| !word.is_empty());
    let known = KNOWN.into_iter().find(|known| word.is_some_and(|w| w.eq_ignore_ascii_case(known)));
    match known {
        Some("WITH") => "SELECT",
        known => known.unwrap_or("OTHER"),
    }
}

/// The span of one call. Neither texts nor values are in it: they may hold secrets.
pub(crate) fn operation_span(operation: &str, database: &str, table: Option<&str>) -> Span {
    tracing::info_span!(
        "clickhouse",
        otel.name = operation,
        otel.kind = "client",
        otel.status_code = tracing::field::Empty,
        error.type = tracing::field::Empty,
        db.system.name = "clickhouse",
        db.namespace = database,
        db.operation.name = operation,
        db.collection.name = table,
    )
}

/// The span of one request of a call, under it.
pub(crate) fn attempt_span(server: &str, query_id: &str, number: u32) -> Span {
    let address = server.rsplit('/').next().unwrap_or_default();
    let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
    tracing::debug_span!(
        "attempt",
        server.address = host,
        server.port = port,
        http.request.resend_count = number - 1,
        db.clickhouse.query_id = query_id,
        db.response.status_code = tracing::field::Empty,
        error.type = tracing::field::Empty,
    )
}

pub(crate) fn attempt_begins(operation: &'static str, number: u32) {
    metrics::counter!("db_client_attempts_total", "operation" => operation).increment(1);
    if number > 1 {
        metrics::counter!("db_client_retries_total", "operation" => operation).increment(1);
    }
}

/// An attempt, or an answer after its first rows.
pub(crate) fn failed(class: FailureClass) {
    metrics::counter!("db_client_failures_total", "class" => class.as_str()).increment(1);
}

/// Called inside the attempt's span.
pub(crate) fn attempt_failed(failure: &Failure) {
    let Failure { class, error } = failure;
    failed(*class);
    let span = Span::current();
    span.record("error.type", class.as_str());
    if let Some(code) = error.code() {
        span.record("db.response.status_code", code);
    }
    tracing::debug!(class = class.as_str(), code = error.code(), "the attempt failed");
}

/// Called inside the operation's span.
pub(crate) fn operation_ended<T>(operation: &'static str, took: Duration, result: &Result<T>) {
    let outcome = if result.is_err() { "error" } else { "ok" };
    let labels = [("operation", operation), ("outcome", outcome)];
    metrics::histogram!("db_client_operation_duration_seconds", &labels).record(took);
    if let Err(error) = result {
        let span = Span::current();
        span.record("otel.status_code", "ERROR");
        span.record("error.type", name(error));
    }
}

pub(crate) fn permit_acquired() {
    metrics::gauge!("db_client_connections_used").increment(1.0);
}

pub(crate) fn permit_released() {
    metrics::gauge!("db_client_connections_used").decrement(1.0);
}

/// The kind of an error, without anything that came from outside.
const fn name(error: &DbError) -> &'static str {
    match error {
        DbError::InvalidInput { .. } => "invalid_input",
        DbError::Configuration { .. } => "configuration",
        DbError::Unavailable { .. } => "unavailable",
        DbError::Database { .. } => "database",
        DbError::Timeout { .. } => "timeout",
        DbError::Interrupted { .. } => "interrupted",
        DbError::OutcomeUnknown { .. } => "outcome_unknown",
        DbError::UnexpectedResult { .. } => "unexpected_result",
        DbError::UnsupportedVersion { .. } => "unsupported_version",
        DbError::Closed => "closed",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_named_after_the_first_word_only_if_that_is_a_known_one() {
        assert_eq!(operation("\n select 1"), "SELECT");
        assert_eq!(operation("WITH 1 AS x SELECT x"), "SELECT");
        assert_eq!(operation("(SELECT 1)"), "SELECT");
        assert_eq!(operation("hunter2"), "OTHER");
        assert_eq!(operation(""), "OTHER");
    }
}
