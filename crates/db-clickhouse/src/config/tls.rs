//! The settings of TLS.

use std::path::PathBuf;

/// How each side of a TLS connection proves who it is.
#[derive(Debug, Clone)]
pub(crate) struct TlsConfig {
    /// False accepts whatever certificate the server shows.
    pub(crate) verify: bool,
    /// Trusted instead of the system's roots.
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) client_cert_file: Option<PathBuf>,
    pub(crate) client_key_file: Option<PathBuf>,
}

impl Default for TlsConfig {
    fn default() -> Self {
        Self { verify: true, ca_file: None, client_cert_file: None, client_key_file: None }
    }
}
