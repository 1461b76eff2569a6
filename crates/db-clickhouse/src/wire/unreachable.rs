//! Why no connection came about.

use std::error::Error as StdError;
use std::io;

use db_port::{BoxError, DbError, Phase};
use hyper_util::client::legacy::Error as HttpError;

use super::request::Request;
use super::tls::error::handshake_failed;
use super::transport::ConnectTimedOut;
use crate::policy::failure::{Failure, FailureClass};

pub(super) fn is_connect(error: &(dyn StdError + 'static)) -> bool {
    error.downcast_ref::<HttpError>().is_some_and(HttpError::is_connect)
}

/// The failure of a request that was not sent.
pub(super) fn unreachable(source: BoxError, request: &Request) -> Failure {
    let server = &request.server;
    let causes = causes(&*source);
    if let Some(ConnectTimedOut { limit }) = find(&causes) {
        let error = DbError::Timeout { phase: Phase::Connect, limit: *limit };
        return Failure::new(FailureClass::NotSent, error);
    }
    if let Some(error) = find::<rustls::Error>(&causes) {
        return Failure::permanent(handshake_failed(server, error));
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

pub(super) fn find<'a, E: StdError + 'static>(
    causes: &[&'a (dyn StdError + 'static)],
) -> Option<&'a E> {
    causes.iter().find_map(|cause| cause.downcast_ref())
}

/// The error and everything below it. What an [`io::Error`] wraps is not its source.
pub(super) fn causes<'a>(error: &'a (dyn StdError + 'static)) -> Vec<&'a (dyn StdError + 'static)> {
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
