//! What cannot work is refused by name.

use std::time::Duration;

use db_port::Result;
use secrecy::ExposeSecret;

use super::authentication::Authentication;
use super::clickhouse_config::ClickHouseConfig;
use super::endpoint::Endpoint;
use super::error::invalid;

pub(super) const MAX_CONCURRENT_REQUESTS: usize = 65535;

impl ClickHouseConfig {
    /// # Errors
    /// [`DbError::Configuration`](db_port::DbError::Configuration) of the first setting that cannot
    /// work.
    pub(crate) fn validate(&self) -> Result<()> {
        self.validate_endpoints()?;
        self.validate_authentication()?;
        self.validate_tls()?;
        self.validate_limits()
    }

    fn validate_endpoints(&self) -> Result<()> {
        if self.endpoints.is_empty() {
            return Err(invalid("host", "there is none: give at least one endpoint"));
        }
        if self.port == Some(0) {
            return Err(invalid("port", "write a number from 1 to 65535"));
        }
        self.endpoints.iter().try_for_each(Endpoint::validate)
    }

    fn validate_authentication(&self) -> Result<()> {
        if self.token_and_password {
            return Err(invalid(
                "access_token",
                "there is a user or a password too: leave either the token or user and \
                 password out",
            ));
        }
        match &self.authentication {
            Authentication::Password { user, password } => {
                check_header("user", user)?;
                check_header("password", password.expose_secret())?;
                if user.is_empty() {
                    return Err(invalid("user", "it is empty: leave it out for the user default"));
                }
            }
            Authentication::AccessToken(token) => {
                check_header("access_token", token.expose_secret())?;
                if token.expose_secret().is_empty() {
                    return Err(invalid("access_token", "it is empty: leave it out"));
                }
            }
        }
        Ok(())
    }

    fn validate_tls(&self) -> Result<()> {
        let files = [
            ("ca_file", &self.tls.ca_file),
            ("client_cert_file", &self.tls.client_cert_file),
            ("client_key_file", &self.tls.client_key_file),
        ];
        for (key, file) in files {
            if file.is_some() && !self.secure {
                return Err(invalid(
                    key,
                    "it is for TLS, which is off: write https:// or set secure, or leave it out",
                ));
            }
        }
        match (&self.tls.client_cert_file, &self.tls.client_key_file) {
            (Some(_), None) => {
                Err(invalid("client_key_file", "it is missing: client_cert_file needs its key"))
            }
            (None, Some(_)) => Err(invalid(
                "client_cert_file",
                "it is missing: client_key_file is the key of a certificate",
            )),
            _ => Ok(()),
        }
    }

    fn validate_limits(&self) -> Result<()> {
        for (key, timeout) in [
            ("connect_timeout", self.connect_timeout),
            ("send_receive_timeout", self.send_receive_timeout),
            ("health_timeout", self.health_timeout),
        ] {
            if timeout == Duration::ZERO {
                return Err(invalid(key, "it is zero, so that nothing could succeed"));
            }
        }
        if !(1..=MAX_CONCURRENT_REQUESTS).contains(&self.max_concurrent_requests) {
            let rule = format!("write a whole number from 1 to {MAX_CONCURRENT_REQUESTS}");
            return Err(invalid("max_concurrent_requests", rule));
        }
        if self.retry_base_delay > self.retry_max_delay {
            return Err(invalid(
                "retry_base_delay",
                format!(
                    "{:?} is longer than retry_max_delay, {:?}: lower the one or raise the other",
                    self.retry_base_delay, self.retry_max_delay
                ),
            ));
        }
        Ok(())
    }
}

/// User, password and token travel as HTTP headers, which hold no control characters and lose
/// spaces at their ends.
fn check_header(key: &str, value: &str) -> Result<()> {
    if value.chars().any(char::is_control) {
        return Err(invalid(key, "it holds a control character, such as a line break: remove it"));
    }
    if value.trim() != value {
        return Err(invalid(key, "it begins or ends with a space, which HTTP drops: remove it"));
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
            ("access_token", config().with_access_token("")),
            ("access_token", config().with_access_token("hunter2\n")),
            ("access_token", config().with_access_token("hunter2 ")),
            ("ca_file", config().with_ca_file("ca.pem")),
            ("client_cert_file", config().with_client_certificate("a.pem", "a.key")),
            ("connect_timeout", config().with_connect_timeout(Duration::ZERO)),
            ("send_receive_timeout", config().with_send_receive_timeout(Duration::ZERO)),
            ("health_timeout", config().with_health_timeout(Duration::ZERO)),
            ("max_concurrent_requests", config().with_max_concurrent_requests(0)),
            ("max_concurrent_requests", config().with_max_concurrent_requests(usize::MAX)),
            ("retry_base_delay", config().with_retry_base_delay(long).with_retry_max_delay(short)),
        ] {
            let error = wrong.validate().unwrap_err().to_string();
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
            right.validate().unwrap();
        }
    }

    #[test]
    fn a_token_next_to_a_user_or_password_is_refused_in_any_order() {
        let config = ClickHouseConfig::default;
        for both in [
            config().with_access_token("hunter2").with_password("secret7"),
            config().with_password("secret7").with_access_token("hunter2"),
            config().with_access_token("hunter2").with_user("reader"),
            config().with_user("reader").with_access_token("hunter2"),
        ] {
            let error = both.validate().unwrap_err().to_string();
            assert!(error.contains("access_token") && error.contains("password"), "{error}");
            assert!(!error.contains("hunter2") && !error.contains("secret7"), "{error}");
        }
        config().with_access_token("hunter2").validate().unwrap();
    }

    #[test]
    fn times_may_be_zero_where_that_means_something() {
        let zero = Duration::ZERO;
        let config = ClickHouseConfig::default()
            .with_acquire_timeout(zero)
            .with_close_timeout(zero)
            .with_retry_timeout(zero)
            .with_retry_base_delay(zero)
            .with_retry_max_delay(zero)
            .with_quarantine(zero)
            .with_max_retries(0)
            .with_retry_budget(0);
        config.validate().unwrap();
    }

    #[test]
    fn the_longest_times_and_largest_numbers_can_be_used() {
        let longest = Duration::MAX;
        let config = ClickHouseConfig::default()
            .with_connect_timeout(longest)
            .with_send_receive_timeout(longest)
            .with_health_timeout(longest)
            .with_attempt_timeout(longest)
            .with_acquire_timeout(longest)
            .with_close_timeout(longest)
            .with_retry_base_delay(longest)
            .with_retry_max_delay(longest)
            .with_retry_timeout(longest)
            .with_quarantine(longest)
            .with_max_retries(u32::MAX)
            .with_retry_budget(u32::MAX);
        config.validate().unwrap();
        for time in [
            config.connect_timeout,
            config.send_receive_timeout,
            config.health_timeout,
            config.attempt_timeout,
            config.acquire_timeout,
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
