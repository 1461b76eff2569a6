use std::time::Duration;

use db_port::Result;
use secrecy::ExposeSecret;

use super::{Authentication, ClickHouseConfig, refuse};

const MOST_CONNECTIONS: usize = 65535;

impl ClickHouseConfig {
    /// Refuses what cannot work, by name.
    pub(crate) fn check(&self) -> Result<()> {
        self.check_endpoints()?;
        self.check_authentication()?;
        self.check_tls()?;
        self.check_limits()
    }

    fn check_endpoints(&self) -> Result<()> {
        if self.endpoints.is_empty() {
            return Err(refuse("host", "there is none: give at least one endpoint"));
        }
        if self.port == Some(0) {
            return Err(refuse("port", "write a number from 1 to 65535"));
        }
        self.endpoints.iter().try_for_each(super::Endpoint::check)
    }

    fn check_authentication(&self) -> Result<()> {
        if self.token_and_password {
            return Err(refuse(
                "bearer_token",
                "there is a user or a password too, but the token alone says who asks: leave \
                 either the token or user and password out",
            ));
        }
        match &self.authentication {
            Authentication::Password { user, password } => {
                check_header("user", user)?;
                check_header("password", password.expose_secret())?;
                if user.is_empty() {
                    return Err(refuse("user", "it is empty: leave it out for the user default"));
                }
            }
            Authentication::Bearer(token) => {
                check_header("bearer_token", token.expose_secret())?;
                if token.expose_secret().is_empty() {
                    return Err(refuse("bearer_token", "it is empty: leave it out"));
                }
            }
        }
        Ok(())
    }

    fn check_tls(&self) -> Result<()> {
        let files = [
            ("ca_file", &self.tls.ca_file),
            ("client_cert_file", &self.tls.client_cert_file),
            ("client_key_file", &self.tls.client_key_file),
        ];
        for (key, file) in files {
            if file.is_some() && !self.secure {
                return Err(refuse(
                    key,
                    "it is for TLS, which is off: write https:// or set secure, or leave it out",
                ));
            }
        }
        match (&self.tls.client_cert_file, &self.tls.client_key_file) {
            (Some(_), None) => {
                Err(refuse("client_key_file", "it is missing: client_cert_file needs its key"))
            }
            (None, Some(_)) => Err(refuse(
                "client_cert_file",
                "it is missing: client_key_file is the key of a certificate",
            )),
            _ => Ok(()),
        }
    }

    fn check_limits(&self) -> Result<()> {
        for (key, timeout) in [
            ("connect_timeout", self.connect_timeout),
            ("request_timeout", self.request_timeout),
            ("health_timeout", self.health_timeout),
        ] {
            if timeout == Duration::ZERO {
                return Err(refuse(key, "it is zero, so that nothing could succeed"));
            }
        }
        if !(1..=MOST_CONNECTIONS).contains(&self.max_connections) {
            let rule = format!("write a whole number from 1 to {MOST_CONNECTIONS}");
            return Err(refuse("max_connections", rule));
        }
        if self.retry_base_delay > self.retry_max_delay {
            return Err(refuse(
                "retry_base_delay",
                format!(
                    "{:?} is longer than retry_max_delay, {:?}: lower the one or raise the other",
                    self.retry_base_delay, self.retry_max_delay
                ),
            ));
        }
        Ok(())
    }

    pub(super) fn has_user_or_password(&self) -> bool {
        match &self.authentication {
            Authentication::Password { user, password } => {
                user != "default" || !password.expose_secret().is_empty()
            }
            Authentication::Bearer(_) => false,
        }
    }
}

/// User, password and token travel as HTTP headers, which hold no control characters and lose
/// spaces at their ends.
fn check_header(key: &str, value: &str) -> Result<()> {
    if value.chars().any(char::is_control) {
        return Err(refuse(key, "it holds a control character, such as a line break: remove it"));
    }
    if value.trim() != value {
        return Err(refuse(key, "it begins or ends with a space, which HTTP drops: remove it"));
    }
    Ok(())
}
