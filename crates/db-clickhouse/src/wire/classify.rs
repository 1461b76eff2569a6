//! What an error of the client, or of the server, means for a request.

use clickhouse::error::Error;
use db_port::{DbError, Phase, Retryability};

use super::exception;
use super::proxy::{cut_short, proxy_error, unacknowledged};
use super::request::Request;
use super::tls::error::{handshake_failed, is_refusal_of_client};
use super::unreachable::{causes, find, is_connect, unreachable};
use crate::policy::failure::{Failure, FailureClass};

const TIMEOUT_EXCEEDED: i32 = 159;

/// What an error of the client means for `request`. `received` is the number of rows handed out,
/// once the answer has begun.
pub(crate) fn classify(error: Error, request: &Request, received: Option<u64>) -> Failure {
    let ambiguous = |reason, source| {
        Failure::new(FailureClass::Ambiguous, request.unanswered(reason, source, received))
    };
    match error {
        Error::BadResponse(text) => reported(&text, request, received),
        Error::Network(source) if is_connect(&*source) => unreachable(source, request),
        Error::Network(source) => {
            let refusal = find::<rustls::Error>(&causes(&*source))
                .filter(|error| is_refusal_of_client(error))
                .map(|error| handshake_failed(&request.server, error));
            refusal.map_or_else(
                || ambiguous("the connection broke", Some(source.into())),
                Failure::permanent,
            )
        }
        Error::TimedOut => {
            let timeout = request.deadline.exceeded(Phase::Request);
            ambiguous("no answer in time", Some(timeout.into()))
        }
        Error::InvalidParams(source) | Error::Compression(source) => {
            let reason = source.to_string();
            Failure::permanent(DbError::InvalidInput { what: "request".into(), reason })
        }
        other => ambiguous("it cannot be read", Some(other.into())),
    }
}

/// What it means that the client found nothing wrong with the answer to a statement, or to an
/// insert of so many `rows`.
pub(crate) fn acknowledged(request: &Request, rows: u64) -> Result<(), Failure> {
    let Some(summary) = request.tracked.acknowledgement() else {
        return Err(unacknowledged(request));
    };
    // Views behind the table add to it, and rows that are dropped as duplicates count.
    match summary.written_rows {
        Some(written) if written < rows => Err(cut_short(request, rows, written)),
        _ => Ok(()),
    }
}

/// The failure for the text that the server answered with.
pub(crate) fn reported(text: &str, request: &Request, received: Option<u64>) -> Failure {
    let Some((code, message)) = exception::parse(text) else {
        if let (Some(setting), None) = (exception::exceeded_form_limit(text), received) {
            return too_much(request, setting);
        }
        return proxy_error(text, request, received);
    };
    let is_relayed = exception::is_relayed(&message);
    let query_id = Some(request.query_id.clone());
    let error = DbError::Database { code, message, query_id };
    let is_query = request.kind.is_query();
    let class = match error.retryability() {
        // Time that was enough for no rows is over; an insert may have been cut anywhere.
        _ if code == TIMEOUT_EXCEEDED && is_query => FailureClass::Permanent,
        _ if code == TIMEOUT_EXCEEDED => FailureClass::Aborted,
        Retryability::Never => FailureClass::Permanent,
        // Not before it ran: it was under way when another server had too much to do.
        Retryability::Later if is_relayed && !is_query => FailureClass::Aborted,
        Retryability::Later => FailureClass::Refused,
        Retryability::Soon => FailureClass::Aborted,
    };
    let phase = if received.is_some() { Phase::Stream } else { Phase::Request };
    if code == TIMEOUT_EXCEEDED
        && is_query
        && let Some(timeout) = request.deadline.deadline_exceeded(phase)
    {
        return Failure::new(class, timeout);
    }
    Failure::new(class, error)
}

fn too_much(request: &Request, setting: &str) -> Failure {
    let reason = format!(
        "its text or a parameter is longer, or its parameters are more, than {} takes: shorten it, \
         put many values into a table, or raise {setting} in the server's settings",
        request.server
    );
    Failure::permanent(DbError::InvalidInput { what: "request".into(), reason })
}
