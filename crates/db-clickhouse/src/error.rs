use std::error::Error as StdError;
use std::io;

use clickhouse::error::Error;
use db_port::{BoxError, DbError, Phase};
use hyper_util::client::legacy::Error as HttpError;

use crate::exception;
use crate::handshake;
use crate::http::ConnectTimedOut;
use crate::request::{Kind, Request};

const TIMEOUT_EXCEEDED: i32 = 159;
const SHOWN: usize = 200;

/// What an error of the client means for `request`. `received` is the number of rows handed out,
/// once the answer has begun.
pub(crate) fn classify(error: Error, request: &Request, received: Option<u64>) -> DbError {
    match error {
        Error::BadResponse(text) => reported(&text, request, received),
        Error::Network(source) if is_connect(&*source) => unreachable_server(source, request),
        Error::Network(source) => {
            let refusal = find::<rustls::Error>(&causes(&*source))
                .filter(|error| handshake::is_refusal_of_client(error));
            if let Some(error) = refusal {
                return handshake::failed(&request.server, error);
            }
            request.unanswered("the connection broke", Some(source), received)
        }
        Error::TimedOut => {
            let timeout = request.limits.exceeded(Phase::Request);
            request.unanswered("no answer in time", Some(timeout.into()), received)
        }
        Error::InvalidParams(source) | Error::Compression(source) => {
            DbError::InvalidInput { what: "request".into(), reason: source.to_string() }
        }
        other => request.unanswered("it cannot be read", Some(other.into()), received),
    }
}

/// The error for the text that the server answered with.
pub(crate) fn reported(text: &str, request: &Request, received: Option<u64>) -> DbError {
    let Some((code, message)) = exception::parse(text) else {
        return stranger(text, request, received);
    };
    if code == TIMEOUT_EXCEEDED
        && request.limits.own().is_some()
        && !matches!(request.kind, Kind::Insert(_))
    {
        let phase = if received.is_some() { Phase::Stream } else { Phase::Request };
        return request.limits.exceeded(phase);
    }
    DbError::Database { code, message, query_id: Some(request.query_id.clone()) }
}

/// Somebody else answered: a balancer in front of the server, or what else listens there.
fn stranger(text: &str, request: &Request, received: Option<u64>) -> DbError {
    let shown: String = text.chars().take(SHOWN).collect();
    match http_status(text) {
        Some(429 | 503) => DbError::Unavailable {
            target: request.server.to_string(),
            reason: format!("what is in front of it turned the request away: {shown}"),
            source: None,
        },
        Some(502 | 504) => request.unanswered(
            "what is in front of the server got no answer from it",
            Some(shown.into()),
            received,
        ),
        _ => DbError::UnexpectedResult {
            expected: format!("an answer of ClickHouse's HTTP interface at {}", request.server),
            found: if shown.is_empty() { "nothing".into() } else { shown },
        },
    }
}

/// The status that a balancer's error page begins with, behind tags such as `<html><title>`.
fn http_status(page: &str) -> Option<u16> {
    let mut rest = page.trim_start();
    while let Some((_, behind)) = rest.strip_prefix('<').and_then(|tag| tag.split_once('>')) {
        rest = behind.trim_start();
    }
    let (digits, _) = rest.split_at_checked(3)?;
    digits.parse().ok()
}

fn is_connect(error: &(dyn StdError + 'static)) -> bool {
    error.downcast_ref::<HttpError>().is_some_and(HttpError::is_connect)
}

fn unreachable_server(source: BoxError, request: &Request) -> DbError {
    let server = &request.server;
    let causes = causes(&*source);
    if let Some(ConnectTimedOut { limit }) = find(&causes) {
        return DbError::Timeout { phase: Phase::Connect, limit: *limit };
    }
    if let Some(error) = find::<rustls::Error>(&causes) {
        return handshake::failed(server, error);
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
    DbError::Unavailable { target: server.to_string(), reason, source: Some(source) }
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
