mod authentication;
mod builder;
mod check;
mod endpoint;
mod env;
mod file;
mod key;
mod keys;
mod percent;
mod show;
mod tls;
mod url;
mod value;

use std::ffi::OsString;
use std::time::Duration;

use db_port::{DbError, Identifier, Result};

pub(crate) use authentication::Authentication;
pub(crate) use endpoint::Endpoint;
pub(crate) use file::read_file;
pub(crate) use tls::TlsConfig;
pub(crate) use value::at_most_a_year;

/// Where a ClickHouse server or cluster is and how to talk to it.
///
/// Nothing is checked before [`ClickHouseManager::new`](crate::ClickHouseManager::new), except what
/// [`from_url`](Self::from_url) and [`from_env`](Self::from_env) read. `Debug` and `Display` show
/// neither password nor token.
#[derive(Debug, Clone)]
pub struct ClickHouseConfig {
    /// In the order in which they are tried. Not empty once it is checked.
    pub(crate) endpoints: Vec<Endpoint>,
    /// Of the endpoints without one of their own.
    pub(crate) port: Option<u16>,
    pub(crate) secure: bool,
    pub(crate) tls: TlsConfig,
    pub(crate) database: Identifier,
    pub(crate) authentication: Authentication,
    /// A token was given, and a user or password too.
    pub(crate) token_and_password: bool,
    pub(crate) compression: bool,
    pub(crate) connect_timeout: Duration,
    pub(crate) request_timeout: Duration,
    /// Zero for none.
    pub(crate) attempt_timeout: Duration,
    pub(crate) health_timeout: Duration,
    pub(crate) pool_timeout: Duration,
    pub(crate) close_timeout: Duration,
    pub(crate) max_connections: usize,
    pub(crate) max_retries: u32,
    pub(crate) retry_base_delay: Duration,
    pub(crate) retry_max_delay: Duration,
    pub(crate) retry_timeout: Duration,
    pub(crate) retry_budget: u32,
    pub(crate) quarantine: Duration,
}

impl Default for ClickHouseConfig {
    /// The server on this machine: `http://default@localhost:8123/jts` without a password.
    fn default() -> Self {
        Self {
            endpoints: vec![Endpoint { host: "localhost".into(), port: None }],
            port: None,
            secure: false,
            tls: TlsConfig::default(),
            database: Identifier::from_static("jts"),
            authentication: Authentication::default(),
            token_and_password: false,
            compression: true,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(300),
            attempt_timeout: Duration::ZERO,
            health_timeout: Duration::from_secs(5),
            pool_timeout: Duration::from_secs(30),
            close_timeout: Duration::from_secs(5),
            max_connections: 16,
            max_retries: 3,
            retry_base_delay: Duration::from_millis(100),
            retry_max_delay: Duration::from_secs(5),
            retry_timeout: Duration::from_secs(60),
            retry_budget: 20,
            quarantine: Duration::from_secs(30),
        }
    }
}

impl ClickHouseConfig {
    /// Reads `http://user:password@host:port/database`, with `https` for TLS. What is left out has
    /// its default. `clickhouse://` is another spelling of `http://`, and of `https://` with
    /// `?secure`. User and password are percent-decoded. Several hosts, each with its own port,
    /// are separated by commas and tried from left to right; an IPv6 address stands in brackets.
    ///
    /// Every setting that is not a part of the URL can be a parameter under its builder's name
    /// without `with_`, as in `?connect_timeout=2.5&max_retries=5`: times in seconds, switches as
    /// `true` or `false`. Certificates are files: `ca_file`, `client_cert_file` and
    /// `client_key_file`. A token has no place in a URL.
    ///
    /// # Errors
    /// [`DbError::Configuration`] that names the part or parameter that is wrong, unknown or given
    /// twice, without quoting the URL.
    pub fn from_url(url: &str) -> Result<Self> {
        let config = url::read(url)?;
        config.check()?;
        Ok(config)
    }

    /// Reads the environment: `CLICKHOUSE_URL`, then the variables of the single settings, which
    /// override the URL's parts: `CLICKHOUSE_HOST` (one or several, as in a URL),
    /// `CLICKHOUSE_PORT`, `CLICKHOUSE_USER`, `CLICKHOUSE_PASSWORD` or `CLICKHOUSE_PASSWORD_FILE`,
    /// `CLICKHOUSE_DATABASE`, `CLICKHOUSE_SECURE`, `CLICKHOUSE_VERIFY` and so on: `CLICKHOUSE_`
    /// and the name of the URL parameter in capitals. Other names have two:
    /// `CLICKHOUSE_SEND_RECEIVE_TIMEOUT` is the request timeout, and `CLICKHOUSE_ACCESS_TOKEN` or
    /// `CLICKHOUSE_ACCESS_TOKEN_FILE` the token, which replaces a user and password of the URL.
    ///
    /// What is not set has its default, and an empty variable counts as not set. Other variables
    /// are other programs' business and ignored, so a misspelt name is not noticed. One line break
    /// at the end of a file with a password or token does not count.
    ///
    /// # Errors
    /// [`DbError::Configuration`] that names the variable that is wrong, without quoting it; also
    /// when a password or token is given twice or cannot be read from its file.
    pub fn from_env() -> Result<Self> {
        Self::from_vars(|name| std::env::var_os(name))
    }

    /// As [`from_env`](Self::from_env), but with the variables that `lookup` knows.
    ///
    /// ```
    /// use db_clickhouse::ClickHouseConfig;
    ///
    /// let lookup = |name: &str| (name == "CLICKHOUSE_HOST").then(|| "db.local".into());
    /// let config = ClickHouseConfig::from_vars(lookup)?;
    /// assert_eq!(config.to_string(), "http://default@db.local:8123/jts");
    /// # Ok::<_, db_port::DbError>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`from_env`](Self::from_env).
    pub fn from_vars(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        env::read(&lookup)
    }

    /// The database that statements run in.
    #[must_use]
    pub const fn database(&self) -> &Identifier {
        &self.database
    }

    /// The address of an endpoint without user and database, such as `http://db.local:8123`.
    pub(crate) fn server(&self, endpoint: &Endpoint) -> String {
        format!("{}://{}:{}", self.scheme(), endpoint.host, self.port_of(endpoint))
    }

    const fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    fn port_of(&self, endpoint: &Endpoint) -> u16 {
        endpoint.port.or(self.port).unwrap_or(if self.secure { 8443 } else { 8123 })
    }
}

pub(crate) fn refuse(key: &str, reason: impl Into<String>) -> DbError {
    DbError::Configuration { key: key.into(), reason: reason.into() }
}
