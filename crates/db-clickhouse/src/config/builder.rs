use std::path::PathBuf;
use std::time::Duration;

use db_port::Identifier;

use super::value::at_most_a_year;
use super::{ClickHouseConfig, Endpoint};

/// Times are never refused for being long: longer than a year counts as a year.
impl ClickHouseConfig {
    /// The name or address of the only server; an IPv6 address stands in brackets.
    #[must_use]
    pub fn with_host(mut self, host: impl Into<String>) -> Self {
        self.endpoints = vec![Endpoint { host: host.into(), port: None }];
        self
    }

    /// The port of the server's HTTP interface; without it 8123, or 8443 with TLS. It replaces the
    /// ports that endpoints have so far; endpoints given later may bring their own. The native
    /// protocol's ports, usually 9000 and 9440, do not work.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = Some(port);
        for endpoint in &mut self.endpoints {
            endpoint.port = None;
        }
        self
    }

    /// The servers of a cluster that hold the same data, each with its host and perhaps its port.
    /// They are tried in this order.
    #[must_use]
    pub fn with_endpoints<H: Into<String>>(
        mut self,
        endpoints: impl IntoIterator<Item = (H, Option<u16>)>,
    ) -> Self {
        self.endpoints = endpoints
            .into_iter()
            .map(|(host, port)| Endpoint { host: host.into(), port })
            .collect();
        self
    }

    /// Whether to use TLS. The server's certificate is checked against the system's roots, unless
    /// [`with_ca_file`](Self::with_ca_file) names others.
    #[must_use]
    pub const fn with_secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// Dangerous when false: the server's certificate is then not checked, so that anyone on the
    /// way can read and change everything, the password included. For tests only; for a server
    /// with a certificate of one's own there is [`with_ca_file`](Self::with_ca_file).
    #[must_use]
    pub const fn with_verify(mut self, verify: bool) -> Self {
        self.tls.verify = verify;
        self
    }

    /// A PEM file with the certificates that vouch for the server. They replace the system's
    /// roots, so that nobody else can vouch for it.
    #[must_use]
    pub fn with_ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.tls.ca_file = Some(path.into());
        self
    }

    /// PEM files with the certificate that this side shows to the server, followed by those in
    /// between it and its root if there are any, and with its private key, not encrypted.
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

    /// The database that statements run in. It must exist when they do.
    #[must_use]
    pub fn with_database(mut self, database: Identifier) -> Self {
        self.database = database;
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
        self.connect_timeout = at_most_a_year(timeout);
        self
    }

    /// How long the server may be silent during an attempt of a request that has no time limit of
    /// its own: until its answer begins, and then between two pieces of it.
    #[must_use]
    pub const fn with_request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = at_most_a_year(timeout);
        self
    }

    /// How long a health check may take.
    #[must_use]
    pub const fn with_health_timeout(mut self, timeout: Duration) -> Self {
        self.health_timeout = at_most_a_year(timeout);
        self
    }

    /// How long a call may wait for a free place when as many requests run as may at the same
    /// time. Zero does not wait.
    #[must_use]
    pub const fn with_pool_timeout(mut self, timeout: Duration) -> Self {
        self.pool_timeout = at_most_a_year(timeout);
        self
    }

    /// How long closing lets calls in flight go on before it ends them. Zero ends them at once.
    #[must_use]
    pub const fn with_close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = at_most_a_year(timeout);
        self
    }

    /// How many requests may run at the same time, each with a connection of its own: from 1 to
    /// 65535.
    #[must_use]
    pub const fn with_max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// How often a call is repeated after its first attempt. Zero never repeats.
    #[must_use]
    pub const fn with_max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The longest wait before the first repetition; it doubles with each further one.
    #[must_use]
    pub const fn with_retry_base_delay(mut self, delay: Duration) -> Self {
        self.retry_base_delay = at_most_a_year(delay);
        self
    }

    /// The longest wait before any repetition.
    #[must_use]
    pub const fn with_retry_max_delay(mut self, delay: Duration) -> Self {
        self.retry_max_delay = at_most_a_year(delay);
        self
    }

    /// How long after the beginning of a call its last repetition may begin, unless the call has a
    /// time limit of its own. Zero never repeats.
    #[must_use]
    pub const fn with_retry_timeout(mut self, timeout: Duration) -> Self {
        self.retry_timeout = at_most_a_year(timeout);
        self
    }

    /// How many repetitions all calls together may have in stock, so that an outage is not
    /// answered with a storm of them. Zero never repeats.
    #[must_use]
    pub const fn with_retry_budget(mut self, budget: u32) -> Self {
        self.retry_budget = budget;
        self
    }

    /// How long an endpoint that cannot be reached is set aside while others can be tried. Zero
    /// never sets one aside.
    #[must_use]
    pub const fn with_quarantine(mut self, time: Duration) -> Self {
        self.quarantine = at_most_a_year(time);
        self
    }
}
