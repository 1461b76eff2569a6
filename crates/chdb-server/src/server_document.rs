//! The server's main configuration, as the document that it reads when it starts.

use std::net::SocketAddr;
use std::path::Path;

use crate::cluster::Cluster;
use crate::config::ServerConfig;
use crate::xml::{element, value};

/// The paths of files that the document names.
pub(crate) struct Paths<'a> {
    pub(crate) users: &'a Path,
    pub(crate) log: &'a Path,
}

/// The document.
pub(crate) fn write(config: &ServerConfig, paths: &Paths<'_>) -> String {
    let mut body = element("logger", &logger(paths.log));
    body += &value("users_config", paths.users.display());
    body += &value("listen_host", config.http.ip());
    body += &value("http_port", config.http.port());
    if let Some(tcp) = config.tcp {
        body += &value("tcp_port", tcp.port());
    }
    body += &BACKGROUND.map(|(name, threads)| value(name, threads)).concat();
    if let Some(bytes) = config.memory_limit {
        body += &value("max_server_memory_usage", bytes);
    }
    if !config.is_open_to_files() {
        // An empty list allows none.
        body += &element("remote_url_allow_hosts", "");
    }
    if config.query_log {
        let log = value("database", "system")
            + &value("table", "query_log")
            + &value("flush_interval_milliseconds", 1000);
        body += &element("query_log", &log);
    }
    if let Some(folder) = &config.backups {
        body += &element("backups", &value("allowed_path", folder.display()));
    }
    if let Some(keeper) = config.keeper {
        body += &element("zookeeper", &element("node", &host_and_port(keeper)));
    }
    let macros: String = config.macros.iter().map(|(name, text)| value(name, text)).collect();
    body += &element("macros", &macros);
    let clusters: String = config.clusters.iter().map(cluster).collect();
    body += &element("remote_servers", &clusters);
    element("clickhouse", &body)
}

/// Threads for merges, and for all else that a server does beside queries. Left to itself the engine
/// has two of each, as for a command that soon ends, and logs all day that they are busy.
const BACKGROUND: [(&str, u8); 2] =
    [("background_pool_size", 4), ("background_schedule_pool_size", 16)];

/// The level is on the command line, which wins over what is said here.
fn logger(file: &Path) -> String {
    value("log", file.display()) + &value("size", "10M") + &value("count", 3)
}

fn cluster(cluster: &Cluster) -> String {
    let replica = |address: &SocketAddr| {
        let login = value("user", &cluster.user) + &value("password", &cluster.password);
        element("replica", &(host_and_port(*address) + &login))
    };
    let shard = |replicas: &Vec<SocketAddr>| {
        let inside = value("internal_replication", cluster.internal_replication);
        element("shard", &(inside + &replicas.iter().map(replica).collect::<String>()))
    };
    element(&cluster.name, &cluster.shards.iter().map(shard).collect::<String>())
}

fn host_and_port(address: SocketAddr) -> String {
    value("host", address.ip()) + &value("port", address.port())
}
