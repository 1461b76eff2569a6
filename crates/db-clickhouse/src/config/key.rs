use std::path::PathBuf;
use std::time::Duration;

use db_port::{Identifier, Result};

use super::{ClickHouseConfig, endpoint, refuse, value};

/// One setting: how it is called where, and how its value is written.
pub(super) struct Key {
    /// As the builder's method without `with_`, URL parameter and in messages.
    pub(super) name: &'static str,
    pub(super) variable: &'static str,
    pub(super) kind: Kind,
}

type Set<T> = fn(ClickHouseConfig, T) -> ClickHouseConfig;

/// What a value is, and whom it is given to.
pub(super) enum Kind {
    Flag(Set<bool>),
    Seconds(Set<Duration>),
    Number(Set<u32>),
    Connections(Set<usize>),
    Path(Set<PathBuf>),
    /// It has a place of its own in a URL.
    Part(fn(ClickHouseConfig, &str, &str) -> Result<ClickHouseConfig>),
    /// Who asks, which depends on several keys at once.
    Identity,
}

impl Key {
    const fn new(name: &'static str, variable: &'static str, kind: Kind) -> Self {
        Self { name, variable, kind }
    }

    pub(super) const fn is_parameter(&self) -> bool {
        !matches!(self.kind, Kind::Part(_) | Kind::Identity)
    }

    pub(super) const fn is_flag(&self) -> bool {
        matches!(self.kind, Kind::Flag(_))
    }

    /// Reads `text` into `config`; messages call the setting `shown`.
    pub(super) fn set(
        &self,
        config: ClickHouseConfig,
        shown: &str,
        text: &str,
    ) -> Result<ClickHouseConfig> {
        Ok(match self.kind {
            Kind::Flag(set) => set(config, value::flag(shown, text)?),
            Kind::Seconds(set) => set(config, value::seconds(shown, text)?),
            Kind::Number(set) => set(config, value::whole(shown, text, 0, u32::MAX)?),
            Kind::Connections(set) => set(config, value::whole(shown, text, 1, 65535)?),
            Kind::Path(_) if text.is_empty() => return Err(refuse(shown, "it names no file")),
            Kind::Path(set) => set(config, text.into()),
            Kind::Part(set) => return set(config, shown, text),
            Kind::Identity => config,
        })
    }
}

/// All settings. The port stands before the hosts, because these may bring their own.
pub(super) static KEYS: [Key; 26] = [
    Key::new("port", "CLICKHOUSE_PORT", Kind::Part(port)),
    Key::new("host", "CLICKHOUSE_HOST", Kind::Part(hosts)),
    Key::new("database", "CLICKHOUSE_DATABASE", Kind::Part(database)),
    Key::new("user", USER, Kind::Identity),
    Key::new("password", PASSWORD, Kind::Identity),
    Key::new("password_file", PASSWORD_FILE, Kind::Identity),
    Key::new("bearer_token", TOKEN, Kind::Identity),
    Key::new("bearer_token_file", TOKEN_FILE, Kind::Identity),
    Key::new("secure", "CLICKHOUSE_SECURE", Kind::Flag(ClickHouseConfig::with_secure)),
    Key::new("verify", "CLICKHOUSE_VERIFY", Kind::Flag(ClickHouseConfig::with_verify)),
    Key::new("ca_file", "CLICKHOUSE_CA_FILE", Kind::Path(ClickHouseConfig::with_ca_file)),
    Key::new("client_cert_file", "CLICKHOUSE_CLIENT_CERT_FILE", Kind::Path(client_cert_file)),
    Key::new("client_key_file", "CLICKHOUSE_CLIENT_KEY_FILE", Kind::Path(client_key_file)),
    Key::new(
        "compression",
        "CLICKHOUSE_COMPRESSION",
        Kind::Flag(ClickHouseConfig::with_compression),
    ),
    Key::new(
        "connect_timeout",
        "CLICKHOUSE_CONNECT_TIMEOUT",
        Kind::Seconds(ClickHouseConfig::with_connect_timeout),
    ),
    Key::new(
        "request_timeout",
        "CLICKHOUSE_SEND_RECEIVE_TIMEOUT",
        Kind::Seconds(ClickHouseConfig::with_request_timeout),
    ),
    Key::new(
        "health_timeout",
        "CLICKHOUSE_HEALTH_TIMEOUT",
        Kind::Seconds(ClickHouseConfig::with_health_timeout),
    ),
    Key::new(
        "pool_timeout",
        "CLICKHOUSE_POOL_TIMEOUT",
        Kind::Seconds(ClickHouseConfig::with_pool_timeout),
    ),
    Key::new(
        "close_timeout",
        "CLICKHOUSE_CLOSE_TIMEOUT",
        Kind::Seconds(ClickHouseConfig::with_close_timeout),
    ),
    Key::new(
        "max_connections",
        "CLICKHOUSE_MAX_CONNECTIONS",
        Kind::Connections(ClickHouseConfig::with_max_connections),
    ),
    Key::new(
        "max_retries",
        "CLICKHOUSE_MAX_RETRIES",
        Kind::Number(ClickHouseConfig::with_max_retries),
    ),
    Key::new(
        "retry_base_delay",
        "CLICKHOUSE_RETRY_BASE_DELAY",
        Kind::Seconds(ClickHouseConfig::with_retry_base_delay),
    ),
    Key::new(
        "retry_max_delay",
        "CLICKHOUSE_RETRY_MAX_DELAY",
        Kind::Seconds(ClickHouseConfig::with_retry_max_delay),
    ),
    Key::new(
        "retry_timeout",
        "CLICKHOUSE_RETRY_TIMEOUT",
        Kind::Seconds(ClickHouseConfig::with_retry_timeout),
    ),
    Key::new(
        "retry_budget",
        "CLICKHOUSE_RETRY_BUDGET",
        Kind::Number(ClickHouseConfig::with_retry_budget),
    ),
    Key::new(
        "quarantine",
        "CLICKHOUSE_QUARANTINE",
        Kind::Seconds(ClickHouseConfig::with_quarantine),
    ),
];

pub(super) const URL: &str = "CLICKHOUSE_URL";
pub(super) const USER: &str = "CLICKHOUSE_USER";
pub(super) const PASSWORD: &str = "CLICKHOUSE_PASSWORD";
pub(super) const PASSWORD_FILE: &str = "CLICKHOUSE_PASSWORD_FILE";
pub(super) const TOKEN: &str = "CLICKHOUSE_ACCESS_TOKEN";
pub(super) const TOKEN_FILE: &str = "CLICKHOUSE_ACCESS_TOKEN_FILE";

fn hosts(config: ClickHouseConfig, shown: &str, text: &str) -> Result<ClickHouseConfig> {
    let part = |part| if part == "host" { shown.into() } else { format!("{part} in {shown}") };
    Ok(config.with_list(endpoint::list(text, part)?))
}

fn port(config: ClickHouseConfig, shown: &str, text: &str) -> Result<ClickHouseConfig> {
    Ok(config.with_port(value::whole(shown, text, 1, u16::MAX)?))
}

fn database(config: ClickHouseConfig, shown: &str, text: &str) -> Result<ClickHouseConfig> {
    let rule = "write one name of letters, digits and underscores, such as jts";
    let name = Identifier::new(text.to_owned()).map_err(|_| refuse(shown, rule))?;
    Ok(config.with_database(name))
}

fn client_cert_file(mut config: ClickHouseConfig, path: PathBuf) -> ClickHouseConfig {
    config.tls.client_cert_file = Some(path);
    config
}

fn client_key_file(mut config: ClickHouseConfig, path: PathBuf) -> ClickHouseConfig {
    config.tls.client_key_file = Some(path);
    config
}
