//! Which servers, which database, and how the bytes travel.

use db_port::Identifier;

use crate::config::clickhouse_config::ClickHouseConfig;
use crate::config::compression::Compression;
use crate::config::endpoint::Endpoint;

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

    /// Whether to use TLS. The server's certificate is checked against the system's authorities,
    /// unless [`with_ca_file`](Self::with_ca_file) names others.
    #[must_use]
    pub const fn with_secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// The database that statements run in. It must exist when they do.
    #[must_use]
    pub fn with_database(mut self, database: Identifier) -> Self {
        self.database = database;
        self
    }

    /// How answers and inserts travel; without it as the server is near or far
    /// ([`Compression::Auto`]). `true` is LZ4, `false` is no compression.
    #[must_use]
    pub fn with_compression(mut self, compression: impl Into<Compression>) -> Self {
        self.compression = compression.into();
        self
    }

    /// The port of a single endpoint is the configuration's, and stays when the host changes.
    pub(in crate::config) fn with_list(self, endpoints: Vec<Endpoint>) -> Self {
        match <[Endpoint; 1]>::try_from(endpoints) {
            Ok([Endpoint { host, port: Some(port) }]) => self.with_host(host).with_port(port),
            Ok([Endpoint { host, port: None }]) => self.with_host(host),
            Err(endpoints) => Self { endpoints, ..self },
        }
    }
}
