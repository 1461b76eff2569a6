use std::error::Error as StdError;
use std::io;

use clickhouse::error::Error;
use db_port::{BoxError, DbError, Phase, Retryability};
use hyper_util::client::legacy::Error as HttpError;

use crate::exception;
use crate::failure::{Failure, FailureClass};
use crate::handshake;
use crate::http::ConnectTimedOut;
use crate::request::Request;

const TIMEOUT_EXCEEDED: i32 = 159;
const SHOWN: usize = 200;
/// What a server says to HTTP at the port of its native protocol.
const NATIVE: &str = "Port ";

/// What an error of the client means for `request`. `received` is the number of rows handed out,
/// once the answer has begun.
pub(crate) fn classify(error: Error, request: &Request, received: Option<u64>) -> Failure {
    let no_answer = |reason, source| {
        Failure::new(FailureClass::NoAnswer, request.unanswered(reason, source, received))
    };
    match error {
        Error::BadResponse(text) => reported(&text, request, received),
        Error::Network(source) if is_connect(&*source) => unreachable_server(source, request),
        Error::Network(source) => {
            let refusal = find::<rustls::Error>(&causes(&*source))
                .filter(|error| handshake::is_refusal_of_client(error))
                .map(|error| handshake::failed(&request.server, error));
            refusal.map_or_else(
                || no_answer("the connection broke", Some(source.into())),
                Failure::last,
            )
        }
        Error::TimedOut => {
            let timeout = request.limits.exceeded(Phase::Request);
            no_answer("no answer in time", Some(timeout.into()))
        }
        Error::InvalidParams(source) | Error::Compression(source) => {
            let reason = source.to_string();
            Failure::last(DbError::InvalidInput { what: "request".into(), reason })
        }
        other => no_answer("it cannot be read", Some(other.into())),
    }
}

/// The failure for the text that the server answered with.
pub(crate) fn reported(text: &str, request: &Request, received: Option<u64>) -> Failure {
    let Some((code, message)) = exception::parse(text) else {
        if let (Some(setting), None) = (exception::exceeded_form_limit(text), received) {
            return too_much(request, setting);
        }
        return stranger(text, request, received);
    };
    let query_id = Some(request.query_id.clone());
    let error = DbError::Database { code, message, query_id };
    let is_query = request.kind.is_query();
    let class = match error.retryability() {
        // Time that was enough for no rows is over; an insert may have been cut anywhere.
        _ if code == TIMEOUT_EXCEEDED && is_query => FailureClass::Final,
        _ if code == TIMEOUT_EXCEEDED => FailureClass::PartWay,
        Retryability::Never => FailureClass::Final,
        Retryability::Later => FailureClass::Refused,
        Retryability::Soon => FailureClass::PartWay,
    };
    let phase = if received.is_some() { Phase::Stream } else { Phase::Request };
    if code == TIMEOUT_EXCEEDED
        && is_query
        && let Some(timeout) = request.limits.deadline_exceeded(phase)
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
    Failure::last(DbError::InvalidInput { what: "request".into(), reason })
}

/// Somebody else answered: a balancer in front of the server, or what else listens there.
fn stranger(text: &str, request: &Request, received: Option<u64>) -> Failure {
    let shown: String = text.chars().take(SHOWN).collect();
    match http_status(text) {
        Some(429 | 503) => Failure::new(
            FailureClass::Refused,
            DbError::Unavailable {
                target: request.server.to_string(),
                reason: format!("what is in front of it turned the request away: {shown}"),
                source: None,
            },
        ),
        Some(502 | 504) => {
            let reason = "what is in front of the server got no answer from it";
            let error = request.unanswered(reason, Some(shown.into()), received);
            Failure::new(FailureClass::NoAnswer, error)
        }
        status => {
            let error = DbError::UnexpectedResult {
                expected: format!("an answer of ClickHouse's HTTP interface at {}", request.server),
                found: if shown.is_empty() { "nothing".into() } else { shown },
            };
            let never_forwarded = matches!(status, Some(400..500)) || text.starts_with(NATIVE);
            if request.kind.is_query() || never_forwarded {
                return Failure::last(error);
            }
            // A balancer can say anything after it has passed the request on.
            let reason = "somebody else than the server answered";
            let error = request.unanswered(reason, Some(error.into()), received);
            Failure::new(FailureClass::NoAnswer, error)
        }
    }
}

/// The status that a balancer's error page begins with, behind tags such as `<html><title>`.
fn http_status(page: &str) -> Option<u16> {
    let mut rest = page.trim_start();
    while let Some((_, behind)) = rest.strip_prefix('<').and_then(|tag| tag.split_once('>')) {
        rest = behind.trim_start();
    }
    let (digits, behind) = rest.split_at_checked(3)?;
    let ends = !behind.starts_with(|next: char| next.is_ascii_alphanumeric());
    ends.then(|| digits.parse().ok()).flatten()
}

fn is_connect(error: &(dyn StdError + 'static)) -> bool {
    error.downcast_ref::<HttpError>().is_some_and(HttpError::is_connect)
}

fn unreachable_server(source: BoxError, request: &Request) -> Failure {
    let server = &request.server;
    let causes = causes(&*source);
    if let Some(ConnectTimedOut { limit }) = find(&causes) {
        let error = DbError::Timeout { phase: Phase::Connect, limit: *limit };
        return Failure::new(FailureClass::NotSent, error);
    }
    if let Some(error) = find::<rustls::Error>(&causes) {
        return Failure::last(handshake::failed(server, error));
    }
    let reason = if causes.iter().any(|cause| cause.to_string() == "dns error") {
        "its name was not found: check the host".into()
    } else if find::<io::Error>(&causes)
        .is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused)
    {
        "nothing listens there: check that the server runs, and the port of its HTTP interface \
         (8123, or 8443 with TLS)"
            .into()
    } else {
        match causes.last() {
            Some(cause) => format!("no connection: {cause}; check the network and the server"),
            None => "no connection: check the network and the server".into(),
        }
    };
    let error =
        DbError::Unavailable { target: server.to_string(), reason, source: Some(source.into()) };
    Failure::new(FailureClass::NotSent, error)
}

fn find<'a, E: StdError + 'static>(causes: &[&'a (dyn StdError + 'static)]) -> Option<&'a E> {
    causes.iter().find_map(|cause| cause.downcast_ref())
}

/// The error and everything below it. What an [`io::Error`] wraps is not its source.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> Vec<&'a (dyn StdError + 'static)> {
    let mut causes = vec![error];
    let mut next = Some(error);
    while let Some(cause) = next {
        next = match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        };
        causes.extend(next);
    }
    causes
}
