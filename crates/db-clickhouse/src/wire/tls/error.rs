//! What a failed TLS handshake means.

use db_port::DbError;
use rustls::{AlertDescription, Error};

use crate::config::invalid;

/// Whether the server does not accept the client's certificate, or misses one. With TLS 1.3 it says
/// so only after the connection counts as open.
pub(crate) const fn is_refusal_of_client(error: &Error) -> bool {
    matches!(
        error,
        Error::AlertReceived(
            AlertDescription::AccessDenied
                | AlertDescription::BadCertificate
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateRequired
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                | AlertDescription::UnsupportedCertificate
        )
    )
}

/// The error for a handshake with `server` that `error` ended. A retry would not help.
pub(crate) fn handshake_failed(server: &str, error: &Error) -> DbError {
    let advice = match error {
        Error::InvalidCertificate(_) => {
            "check that its certificate is for this name, in date, and signed by a root that \
             ca_file names or, without it, the system trusts"
        }
        error if is_refusal_of_client(error) => {
            "it wants a client certificate that it trusts: check client_cert_file and \
             client_key_file"
        }
        _ => "check that its port speaks TLS: 8443 unless the server is set up otherwise",
    };
    invalid("secure", format!("the TLS handshake with {server} failed: {error}; {advice}"))
}
