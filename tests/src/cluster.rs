//! Several servers on this machine that know each other as the shards of a cluster.

use std::net::SocketAddr;

use chdb_server::{Server, ServerConfig, User};
use db_clickhouse::ClickHouseConfig;
use tempfile::TempDir;

use crate::ports;

/// The cluster's name in statements.
pub const NAME: &str = "shards";

const USER: &str = "tests";
const PASSWORD: &str = "it's & a pass/word";

/// Somebody else may take a port before its server does.
const TRIES: usize = 5;

/// Shards of one server each, all of which end with this. Their stores outlive a killed server.
pub struct Cluster {
    shards: Vec<Shard>,
}

struct Shard {
    config: ServerConfig,
    http: SocketAddr,
    /// None while it is down.
    server: Option<Server>,
    _store: TempDir,
}

impl Cluster {
    /// Starts so many shards.
    ///
    /// # Panics
    /// If they do not start; the message says what to do.
    #[must_use]
    pub fn start(shards: usize) -> Self {
        let mut reason = None;
        for _ in 0..TRIES {
            match Self::try_start(shards) {
                Ok(cluster) => return cluster,
                Err(error) => reason = Some(error),
            }
        }
        panic!("no cluster to test with: {}", reason.unwrap());
    }

    fn try_start(shards: usize) -> Result<Self, chdb_server::Error> {
        let ports = ports::free(2 * shards);
        let (native, http) = ports.split_at(shards);
        let empty = chdb_server::Cluster::new(NAME, USER, PASSWORD);
        let cluster = native.iter().fold(empty, |cluster, &shard| cluster.with_shard([shard]));
        let start = |(&native, &http): (&SocketAddr, &SocketAddr)| {
            let store = tempfile::tempdir().unwrap();
            let config = ServerConfig::at(store.path())
                .with_http(http)
                .with_tcp(native)
                .with_cluster(cluster.clone())
                .with_user(User::new(USER, PASSWORD));
            let server = Server::start(config.clone())?;
            Ok::<_, chdb_server::Error>(Shard { config, http, server: Some(server), _store: store })
        };
        Ok(Self { shards: native.iter().zip(http).map(start).collect::<Result<_, _>>()? })
    }

    /// How to reach the shard at this position, whether it is up or down.
    #[must_use]
    pub fn config(&self, shard: usize) -> ClickHouseConfig {
        let http = self.shards[shard].http;
        ClickHouseConfig::default()
            .with_endpoints([(http.ip().to_string(), Some(http.port()))])
            .with_user(USER)
            .with_password(PASSWORD)
            .with_database(db_port::Identifier::from_static("default"))
    }

    /// Ends a shard's server at once, as `SIGKILL` does.
    ///
    /// # Panics
    /// If it is down.
    pub fn kill(&mut self, shard: usize) {
        self.shards[shard].server.take().unwrap().kill();
    }

    /// Starts a killed shard again, on its store and its ports.
    ///
    /// # Panics
    /// If it does not start.
    pub fn restart(&mut self, shard: usize) {
        let shard = &mut self.shards[shard];
        shard.server = Some(Server::start(shard.config.clone()).unwrap());
    }
}

impl Drop for Cluster {
    /// At once: what was stored here is of no use to anybody.
    fn drop(&mut self) {
        for server in self.shards.iter_mut().filter_map(|shard| shard.server.take()) {
            server.kill();
        }
    }
}
