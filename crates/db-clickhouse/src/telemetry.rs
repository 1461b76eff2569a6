//! The names of what is traced and counted, as OpenTelemetry's conventions for databases have them.

use std::time::Duration;

use db_port::{DbError, Result};
use tracing::Span;

use crate::failure::FailureClass;
use crate::request::{Kind, Request};

/// The span of one call. Neither texts nor values are in it: they may hold secrets.
pub(crate) fn operation(kind: &Kind, operation: &str, database: &str) -> Span {
    let collection = match kind {
        Kind::Insert(table) => Some(table.as_str()),
        Kind::Query | Kind::Statement => None,
    };
    tracing::info_span!(
        "clickhouse",
        otel.name = operation,
        otel.kind = "client",
        otel.status_code = tracing::field::Empty,
        error.type = tracing::field::Empty,
        db.system.name = "clickhouse",
        db.namespace = database,
        db.operation.name = operation,
        db.collection.name = collection,
    )
}

/// The span of one request of a call, under it.
pub(crate) fn attempt(request: &Request, number: u32) -> Span {
    let server = request.server.rsplit('/').next().unwrap_or_default();
    let (host, port) = server.rsplit_once(':').unwrap_or((server, ""));
    tracing::debug_span!(
        "attempt",
        server.address = host,
        server.port = port,
        http.request.resend_count = number - 1,
        db.clickhouse.query_id = request.query_id,
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
pub(crate) fn attempt_failed(class: FailureClass, error: &DbError) {
    failed(class);
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

pub(crate) fn place_taken() {
    metrics::gauge!("db_client_connections_used").increment(1.0);
}

pub(crate) fn place_freed() {
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
