//! The configuration, with its defaults.

use std::time::Duration;

use db_port::Identifier;

use super::authentication::Authentication;
use super::compression::Compression;
use super::endpoint::Endpoint;
use super::tls::TlsConfig;

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
    pub(crate) compression: Compression,
    pub(crate) connect_timeout: Duration,
    pub(crate) send_receive_timeout: Duration,
    /// Zero for none.
    pub(crate) attempt_timeout: Duration,
    pub(crate) health_timeout: Duration,
    pub(crate) acquire_timeout: Duration,
    pub(crate) close_timeout: Duration,
    pub(crate) max_concurrent_requests: usize,
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
            compression: Compression::Auto,
            connect_timeout: Duration::from_secs(10),
            send_receive_timeout: Duration::from_secs(300),
            attempt_timeout: Duration::ZERO,
            health_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(30),
            close_timeout: Duration::from_secs(5),
            max_concurrent_requests: 16,
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
    /// The database that statements run in.
    #[must_use]
    pub const fn database(&self) -> &Identifier {
        &self.database
    }

    /// The address of an endpoint without user and database, such as `http://db.local:8123`.
    pub(crate) fn server(&self, endpoint: &Endpoint) -> String {
        format!("{}://{}:{}", self.scheme(), endpoint.host, self.port_of(endpoint))
    }

    pub(super) const fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    pub(super) fn port_of(&self, endpoint: &Endpoint) -> u16 {
        endpoint.port.or(self.port).unwrap_or(if self.secure { 8443 } else { 8123 })
    }
}
