//! The user, and how each side of a TLS connection proves who it is.

use std::path::PathBuf;

use crate::config::authentication::Authentication;
use crate::config::clickhouse_config::ClickHouseConfig;

impl ClickHouseConfig {
    /// The user.
    #[must_use]
    pub fn with_user(mut self, name: impl Into<String>) -> Self {
        match &mut self.authentication {
            Authentication::Password { user, .. } => *user = name.into(),
            Authentication::AccessToken(_) => self.token_and_password = true,
        }
        self
    }

    /// The user's password.
    #[must_use]
    pub fn with_password(mut self, secret: impl Into<String>) -> Self {
        match &mut self.authentication {
            Authentication::Password { password, .. } => *password = secret.into().into(),
            Authentication::AccessToken(_) => self.token_and_password = true,
        }
        self
    }

    /// An access token (JWT) instead of user and password. Together with one of these it is
    /// refused.
    #[must_use]
    pub fn with_access_token(mut self, token: impl Into<String>) -> Self {
        self.token_and_password |= self.authentication.is_user_or_password();
        self.authentication = Authentication::AccessToken(token.into().into());
        self
    }

    /// Dangerous when false: the server's certificate is not checked, so that anyone between can
    /// read and change everything, the password included. For tests only. For a self-signed
    /// certificate there is [`with_ca_file`](Self::with_ca_file).
    #[must_use]
    pub const fn with_verify(mut self, verify: bool) -> Self {
        self.tls.verify = verify;
        self
    }

    /// A PEM file with the certificates of the authorities that the server's certificate may be
    /// signed by. They replace the system's.
    #[must_use]
    pub fn with_ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.tls.ca_file = Some(path.into());
        self
    }

    /// PEM files with the certificate that the client presents, followed by intermediate
    /// certificates if there are any, and with its private key, not encrypted.
    #[must_use]
    pub fn with_client_certificate(
        mut self,
        cert_file: impl Into<PathBuf>,
        key_file: impl Into<PathBuf>,
    ) -> Self {
        self.tls.client_cert_file = Some(cert_file.into());
        self.tls.client_key_file = Some(key_file.into());
        self
    }
}
