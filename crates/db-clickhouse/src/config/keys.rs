//! The one table of settings.

use std::path::PathBuf;
use std::time::Duration;

use db_port::{Identifier, Result};

use super::key::{Key, Kind, Set};
use super::{ClickHouseConfig as Config, endpoint, refuse, value};

pub(super) const URL: &str = "CLICKHOUSE_URL";
pub(super) const USER: &str = "CLICKHOUSE_USER";
pub(super) const PASSWORD: &str = "CLICKHOUSE_PASSWORD";
pub(super) const PASSWORD_FILE: &str = "CLICKHOUSE_PASSWORD_FILE";
pub(super) const TOKEN: &str = "CLICKHOUSE_ACCESS_TOKEN";
pub(super) const TOKEN_FILE: &str = "CLICKHOUSE_ACCESS_TOKEN_FILE";

/// In the order in which variables are read: the hosts behind the port, because they may bring
/// their own.
pub(super) static KEYS: [Key; 26] = [
    key("port", "CLICKHOUSE_PORT", Kind::Part(port)),
    key("host", "CLICKHOUSE_HOST", Kind::Part(hosts)),
    key("database", "CLICKHOUSE_DATABASE", Kind::Part(database)),
    key("user", USER, Kind::Identity),
    key("password", PASSWORD, Kind::Identity),
    key("password_file", PASSWORD_FILE, Kind::Identity),
    key("bearer_token", TOKEN, Kind::Identity),
    key("bearer_token_file", TOKEN_FILE, Kind::Identity),
    flag("secure", "CLICKHOUSE_SECURE", Config::with_secure),
    flag("verify", "CLICKHOUSE_VERIFY", Config::with_verify),
    path("ca_file", "CLICKHOUSE_CA_FILE", Config::with_ca_file),
    path("client_cert_file", "CLICKHOUSE_CLIENT_CERT_FILE", client_cert_file),
    path("client_key_file", "CLICKHOUSE_CLIENT_KEY_FILE", client_key_file),
    flag("compression", "CLICKHOUSE_COMPRESSION", Config::with_compression),
    seconds("connect_timeout", "CLICKHOUSE_CONNECT_TIMEOUT", Config::with_connect_timeout),
    seconds("request_timeout", "CLICKHOUSE_SEND_RECEIVE_TIMEOUT", Config::with_request_timeout),
    seconds("health_timeout", "CLICKHOUSE_HEALTH_TIMEOUT", Config::with_health_timeout),
    seconds("pool_timeout", "CLICKHOUSE_POOL_TIMEOUT", Config::with_pool_timeout),
    seconds("close_timeout", "CLICKHOUSE_CLOSE_TIMEOUT", Config::with_close_timeout),
    key(
        "max_connections",
        "CLICKHOUSE_MAX_CONNECTIONS",
        Kind::Connections(Config::with_max_connections),
    ),
    number("max_retries", "CLICKHOUSE_MAX_RETRIES", Config::with_max_retries),
    seconds("retry_base_delay", "CLICKHOUSE_RETRY_BASE_DELAY", Config::with_retry_base_delay),
    seconds("retry_max_delay", "CLICKHOUSE_RETRY_MAX_DELAY", Config::with_retry_max_delay),
    seconds("retry_timeout", "CLICKHOUSE_RETRY_TIMEOUT", Config::with_retry_timeout),
    number("retry_budget", "CLICKHOUSE_RETRY_BUDGET", Config::with_retry_budget),
    seconds("quarantine", "CLICKHOUSE_QUARANTINE", Config::with_quarantine),
];

const fn key(name: &'static str, variable: &'static str, kind: Kind) -> Key {
    Key { name, variable, kind }
}

const fn flag(name: &'static str, variable: &'static str, set: Set<bool>) -> Key {
    key(name, variable, Kind::Flag(set))
}

const fn seconds(name: &'static str, variable: &'static str, set: Set<Duration>) -> Key {
    key(name, variable, Kind::Seconds(set))
}

const fn number(name: &'static str, variable: &'static str, set: Set<u32>) -> Key {
    key(name, variable, Kind::Number(set))
}

const fn path(name: &'static str, variable: &'static str, set: Set<PathBuf>) -> Key {
    key(name, variable, Kind::Path(set))
}

fn hosts(config: Config, shown: &str, text: &str) -> Result<Config> {
    let part = |part| if part == "host" { shown.into() } else { format!("{part} in {shown}") };
    Ok(config.with_list(endpoint::list(text, part)?))
}

fn port(config: Config, shown: &str, text: &str) -> Result<Config> {
    Ok(config.with_port(value::whole(shown, text, 1, u16::MAX)?))
}

fn database(config: Config, shown: &str, text: &str) -> Result<Config> {
    let rule = "write one name of letters, digits and underscores, such as jts";
    let name = Identifier::new(text.to_owned()).map_err(|_| refuse(shown, rule))?;
    Ok(config.with_database(name))
}

fn client_cert_file(mut config: Config, path: PathBuf) -> Config {
    config.tls.client_cert_file = Some(path);
    config
}

fn client_key_file(mut config: Config, path: PathBuf) -> Config {
    config.tls.client_key_file = Some(path);
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTATION: &str = include_str!("../../../../docs/configuration.md");

    /// The cells of the row about `name` in the documentation's table.
    fn row(name: &str) -> Vec<&'static str> {
        let head = format!("| `{name}` |");
        let mut rows = DOCUMENTATION.lines().filter(|line| line.starts_with(&head));
        let row = rows.next().unwrap_or_else(|| panic!("{name} is not documented"));
        assert!(rows.next().is_none(), "{name} is documented twice");
        row.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect()
    }

    #[test]
    fn names_and_variables_are_unique_and_regular() {
        for (place, key) in KEYS.iter().enumerate() {
            for other in &KEYS[..place] {
                assert!(key.name != other.name && key.variable != other.variable);
            }
            let regular = format!("CLICKHOUSE_{}", key.name.to_uppercase());
            let agreed = ["request_timeout", "bearer_token", "bearer_token_file"];
            assert_eq!(key.variable != regular, agreed.contains(&key.name), "{}", key.name);
        }
    }

    #[test]
    fn the_documentation_has_each_key_with_its_variable_parameter_and_default() {
        let unset = Config::default();
        for key in &KEYS {
            let cells = row(key.name);
            let [_, variable, parameter, default, why] = cells[..] else { panic!("{cells:?}") };
            assert_eq!(variable, key.variable);
            assert_eq!(
                parameter.split('=').next() == Some(key.name),
                key.is_parameter(),
                "{parameter}"
            );
            assert!(!why.is_empty());
            match key.kind {
                Kind::Part(_) | Kind::Path(_) | Kind::Identity => {}
                _ => {
                    let set = key.set(unset.clone(), key.name, default).unwrap();
                    assert_eq!(format!("{set:?}"), format!("{unset:?}"), "{} {default}", key.name);
                }
            }
        }
    }

    #[test]
    fn the_documentation_has_the_defaults_of_the_parts() {
        let [host, port, user, database] =
            ["host", "port", "user", "database"].map(|key| row(key)[3]);
        let [plain, tls] = ["", " with TLS"].map(|tail| {
            port.split(", or ").find_map(|port| port.strip_suffix(tail)?.parse::<u16>().ok())
        });
        let unset = Config::default();
        assert_eq!(
            unset.to_string(),
            format!("http://{user}@{host}:{}/{database}", plain.unwrap())
        );
        assert_eq!(
            unset.with_secure(true).to_string(),
            format!("https://{user}@{host}:{}/{database}", tls.unwrap())
        );
    }

    #[test]
    fn the_documentation_has_no_key_that_is_not_there() {
        let (_, database) = DOCUMENTATION.split_once("\n## The database\n").unwrap();
        let documented = database
            .lines()
            .filter(|line| line.contains("| `CLICKHOUSE_"))
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        for name in documented {
            assert!(KEYS.iter().any(|key| key.name == name), "{name}");
        }
    }
}
