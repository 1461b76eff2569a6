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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        let config = ClickHouseConfig::default;
        let tls = || config().with_secure(true);
        let (short, long) = (Duration::from_millis(1), Duration::from_secs(1));
        for (key, wrong) in [
            ("host", config().with_host("")),
            ("host", config().with_host("a b")),
            ("host", config().with_host("a,b")),
            ("host", config().with_host("a\"b")),
            ("host", config().with_host("user@host")),
            ("host", config().with_host("host/path")),
            ("host", config().with_host("line\nbreak")),
            ("host", config().with_host("::1")),
            ("host", config().with_endpoints([("a", None), ("", None)])),
            ("host", config().with_endpoints(<[(&str, _); 0]>::default())),
            ("port", config().with_port(0)),
            ("port", config().with_endpoints([("a", Some(1)), ("b", Some(0))])),
            ("user", config().with_user("")),
            ("user", config().with_user("a\rb")),
            ("password", config().with_password("hunter2\n")),
            ("password", config().with_password(" hunter2")),
            ("bearer_token", config().with_bearer_token("")),
            ("bearer_token", config().with_bearer_token("hunter2\n")),
            ("bearer_token", config().with_bearer_token("hunter2 ")),
            ("ca_file", config().with_ca_file("ca.pem")),
            ("client_cert_file", config().with_client_certificate("a.pem", "a.key")),
            ("connect_timeout", config().with_connect_timeout(Duration::ZERO)),
            ("request_timeout", config().with_request_timeout(Duration::ZERO)),
            ("health_timeout", config().with_health_timeout(Duration::ZERO)),
            ("max_connections", config().with_max_connections(0)),
            ("max_connections", config().with_max_connections(usize::MAX)),
            ("retry_base_delay", config().with_retry_base_delay(long).with_retry_max_delay(short)),
        ] {
            let error = wrong.check().unwrap_err().to_string();
            assert!(error.contains(&format!("configuration of {key}:")), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        for right in [
            config(),
            config().with_host("[::1]"),
            config().with_host("bücher.example"),
            config().with_host("my_db"),
            tls().with_ca_file("ca.pem").with_client_certificate("a.pem", "a.key"),
            config().with_verify(false),
        ] {
            right.check().unwrap();
        }
    }

    #[test]
    fn a_token_next_to_a_user_or_password_is_refused_in_any_order() {
        let config = ClickHouseConfig::default;
        for both in [
            config().with_bearer_token("hunter2").with_password("secret7"),
            config().with_password("secret7").with_bearer_token("hunter2"),
            config().with_bearer_token("hunter2").with_user("reader"),
            config().with_user("reader").with_bearer_token("hunter2"),
        ] {
            let error = both.check().unwrap_err().to_string();
            assert!(error.contains("bearer_token") && error.contains("password"), "{error}");
            assert!(!error.contains("hunter2") && !error.contains("secret7"), "{error}");
        }
        config().with_bearer_token("hunter2").check().unwrap();
    }

    #[test]
    fn times_may_be_zero_where_that_means_something() {
        let zero = Duration::ZERO;
        let config = ClickHouseConfig::default()
            .with_pool_timeout(zero)
            .with_close_timeout(zero)
            .with_retry_timeout(zero)
            .with_retry_base_delay(zero)
            .with_retry_max_delay(zero)
            .with_quarantine(zero)
            .with_max_retries(0)
            .with_retry_budget(0);
        config.check().unwrap();
    }

    #[test]
    fn the_longest_times_and_largest_numbers_can_be_used() {
        let longest = Duration::MAX;
        let config = ClickHouseConfig::default()
            .with_connect_timeout(longest)
            .with_request_timeout(longest)
            .with_health_timeout(longest)
            .with_pool_timeout(longest)
            .with_close_timeout(longest)
            .with_retry_base_delay(longest)
            .with_retry_max_delay(longest)
            .with_retry_timeout(longest)
            .with_quarantine(longest)
            .with_max_retries(u32::MAX)
            .with_retry_budget(u32::MAX);
        config.check().unwrap();
        for time in [
            config.connect_timeout,
            config.request_timeout,
            config.health_timeout,
            config.pool_timeout,
            config.close_timeout,
            config.retry_base_delay,
            config.retry_max_delay,
            config.retry_timeout,
            config.quarantine,
        ] {
            assert_eq!(time, Duration::from_secs(365 * 24 * 3600));
        }
    }
}
