use std::fmt;
use std::time::Duration;

use ::url::Host;
use db_port::{DbError, Identifier, Result};

use crate::secret::Secret;

/// Where a ClickHouse server is and how to talk to it.
///
/// Nothing is checked before [`ClickHouseManager::new`](crate::ClickHouseManager::new), except what
/// [`ClickHouseConfig::from_url`] reads. `Debug` and `Display` do not show the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClickHouseConfig {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) secure: bool,
    pub(crate) database: Identifier,
    pub(crate) user: String,
    pub(crate) password: Secret,
    pub(crate) compression: bool,
    pub(crate) connect_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) health_timeout: Duration,
}

impl Default for ClickHouseConfig {
    /// The server on this machine: `http://default@localhost:8123/jts` without a password.
    fn default() -> Self {
        Self {
            host: "localhost".into(),
            port: None,
            secure: false,
            database: Identifier::from_static("jts"),
            user: "default".into(),
            password: Secret::new(String::new()),
            compression: true,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(300),
            health_timeout: Duration::from_secs(5),
        }
    }
}

impl ClickHouseConfig {
    /// Reads `http://user:password@host:port/database`, with `https` for TLS. What is left out has
    /// its default. `clickhouse://` is another spelling of `http://`, and of `https://` with
    /// `?secure`. User and password are percent-decoded. Parameters: `connect_timeout` and
    /// `request_timeout` in seconds, as in `?connect_timeout=2.5`.
    ///
    /// # Errors
    /// [`DbError::Configuration`] that names the part that is wrong, without quoting the URL.
    pub fn from_url(url: &str) -> Result<Self> {
        crate::url::parse(url)
    }

    /// The name or address of the server; an IPv6 address stands in brackets.
    #[must_use]
    pub fn with_host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    /// The port of the server's HTTP interface; without it 8123, or 8443 with TLS.
    #[must_use]
    pub const fn with_port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Whether to use TLS. The server's certificate is checked against the system's roots.
    #[must_use]
    pub const fn with_secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// The database that statements run in.
    #[must_use]
    pub const fn database(&self) -> &Identifier {
        &self.database
    }

    /// The database that statements run in. It must exist when they do.
    #[must_use]
    pub fn with_database(mut self, database: Identifier) -> Self {
        self.database = database;
        self
    }

    /// The user.
    #[must_use]
    pub fn with_user(mut self, user: impl Into<String>) -> Self {
        self.user = user.into();
        self
    }

    /// The user's password.
    #[must_use]
    pub fn with_password(mut self, password: impl Into<String>) -> Self {
        self.password = Secret::new(password.into());
        self
    }

    /// Whether rows travel compressed (LZ4), which they do by default.
    #[must_use]
    pub const fn with_compression(mut self, compression: bool) -> Self {
        self.compression = compression;
        self
    }

    /// How long opening a connection may take, name lookup and TLS handshake included.
    #[must_use]
    pub const fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long the server may be silent during a request that has no time limit of its own: until
    /// its answer begins, and then between two pieces of it.
    #[must_use]
    pub const fn with_request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// How long a health check may take.
    #[must_use]
    pub const fn with_health_timeout(mut self, timeout: Duration) -> Self {
        self.health_timeout = timeout;
        self
    }

    /// The server's address without user and database.
    pub(crate) fn server(&self) -> String {
        format!("{}://{}:{}", self.scheme(), self.host, self.port_or_default())
    }

    pub(crate) fn check(&self) -> Result<()> {
        if Host::parse(&self.host).is_err() {
            return Err(refuse("host", "write a name or an address: db.local, 10.0.0.7 or [::1]"));
        }
        if self.port == Some(0) {
            return Err(refuse("port", "write a number from 1 to 65535"));
        }
        check_header("user", &self.user)?;
        check_header("password", self.password.reveal())?;
        if self.user.is_empty() {
            return Err(refuse("user", "it is empty: leave it out for the user default"));
        }
        for (key, timeout) in [
            ("connect_timeout", self.connect_timeout),
            ("request_timeout", self.request_timeout),
            ("health_timeout", self.health_timeout),
        ] {
            if timeout.is_zero() {
                return Err(refuse(key, "it is zero, so that nothing could succeed"));
            }
        }
        Ok(())
    }

    const fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    fn port_or_default(&self) -> u16 {
        self.port.unwrap_or(if self.secure { 8443 } else { 8123 })
    }
}

impl fmt::Display for ClickHouseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, host, database, .. } = self;
        write!(f, "{}://{user}@{host}:{}/{database}", self.scheme(), self.port_or_default())
    }
}

/// User and password travel as HTTP headers, which hold no control characters and lose spaces at
/// their ends.
fn check_header(key: &str, value: &str) -> Result<()> {
    if value.chars().any(char::is_control) {
        return Err(refuse(key, "it holds a control character, such as a line break: remove it"));
    }
    if value.trim() != value {
        return Err(refuse(key, "it begins or ends with a space, which HTTP drops: remove it"));
    }
    Ok(())
}

pub(crate) fn refuse(key: &str, reason: impl Into<String>) -> DbError {
    DbError::Configuration { key: key.into(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_local_server_and_the_database_jts() {
        let config = ClickHouseConfig::default();
        assert_eq!(config.to_string(), "http://default@localhost:8123/jts");
        assert_eq!(config.with_secure(true).to_string(), "https://default@localhost:8443/jts");
    }

    #[test]
    fn the_password_is_never_shown() {
        let config = ClickHouseConfig::default().with_password("hunter2");
        for shown in [format!("{config:?}"), format!("{config:#?}"), config.to_string()] {
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        let config = ClickHouseConfig::default;
        for (key, wrong) in [
            ("host", config().with_host("")),
            ("host", config().with_host("a b")),
            ("host", config().with_host("user@host")),
            ("host", config().with_host("host/path")),
            ("host", config().with_host("line\nbreak")),
            ("host", config().with_host("::1")),
            ("port", config().with_port(0)),
            ("user", config().with_user("")),
            ("user", config().with_user("a\rb")),
            ("password", config().with_password("hunter2\n")),
            ("password", config().with_password(" hunter2")),
            ("connect_timeout", config().with_connect_timeout(Duration::ZERO)),
            ("request_timeout", config().with_request_timeout(Duration::ZERO)),
        ] {
            let error = wrong.check().unwrap_err().to_string();
            assert!(error.contains(&format!("configuration of {key}")), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert!(config().with_host("[::1]").check().is_ok());
    }
}
