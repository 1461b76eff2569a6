//! The one table of settings.

use std::path::PathBuf;
use std::time::Duration;

use db_port::{DbError, Identifier, Result};

use super::clickhouse_config::ClickHouseConfig as Config;
use super::error::invalid;
use super::setting::{Set, Setting, ValueKind};
use super::{endpoint, value};

pub(super) const URL: &str = "CLICKHOUSE_URL";
pub(super) const USER: &str = "CLICKHOUSE_USER";
pub(super) const PASSWORD: &str = "CLICKHOUSE_PASSWORD";
pub(super) const PASSWORD_FILE: &str = "CLICKHOUSE_PASSWORD_FILE";
pub(super) const TOKEN: &str = "CLICKHOUSE_ACCESS_TOKEN";
pub(super) const TOKEN_FILE: &str = "CLICKHOUSE_ACCESS_TOKEN_FILE";

/// In the order in which variables are read: the hosts behind the port, because they may bring
/// their own.
pub(super) static SETTINGS: [Setting; 27] = [
    setting("port", "CLICKHOUSE_PORT", ValueKind::Part(port)),
    setting("host", "CLICKHOUSE_HOST", ValueKind::Part(hosts)),
    setting("database", "CLICKHOUSE_DATABASE", ValueKind::Part(database)),
    setting("user", USER, ValueKind::Identity),
    setting("password", PASSWORD, ValueKind::Identity),
    setting("password_file", PASSWORD_FILE, ValueKind::Identity),
    setting("access_token", TOKEN, ValueKind::Identity),
    setting("access_token_file", TOKEN_FILE, ValueKind::Identity),
    flag("secure", "CLICKHOUSE_SECURE", Config::with_secure),
    flag("verify", "CLICKHOUSE_VERIFY", Config::with_verify),
    path("ca_file", "CLICKHOUSE_CA_FILE", Config::with_ca_file),
    path("client_cert_file", "CLICKHOUSE_CLIENT_CERT_FILE", client_cert_file),
    path("client_key_file", "CLICKHOUSE_CLIENT_KEY_FILE", client_key_file),
    setting(
        "compression",
        "CLICKHOUSE_COMPRESSION",
        ValueKind::Compression(Config::with_compression),
    ),
    seconds("connect_timeout", "CLICKHOUSE_CONNECT_TIMEOUT", Config::with_connect_timeout),
    seconds(
        "send_receive_timeout",
        "CLICKHOUSE_SEND_RECEIVE_TIMEOUT",
        Config::with_send_receive_timeout,
    ),
    seconds("attempt_timeout", "CLICKHOUSE_ATTEMPT_TIMEOUT", Config::with_attempt_timeout),
    seconds("health_timeout", "CLICKHOUSE_HEALTH_TIMEOUT", Config::with_health_timeout),
    seconds("acquire_timeout", "CLICKHOUSE_ACQUIRE_TIMEOUT", Config::with_acquire_timeout),
    seconds("close_timeout", "CLICKHOUSE_CLOSE_TIMEOUT", Config::with_close_timeout),
    setting(
        "max_concurrent_requests",
        "CLICKHOUSE_MAX_CONCURRENT_REQUESTS",
        ValueKind::Requests(Config::with_max_concurrent_requests),
    ),
    number("max_retries", "CLICKHOUSE_MAX_RETRIES", Config::with_max_retries),
    seconds("retry_base_delay", "CLICKHOUSE_RETRY_BASE_DELAY", Config::with_retry_base_delay),
    seconds("retry_max_delay", "CLICKHOUSE_RETRY_MAX_DELAY", Config::with_retry_max_delay),
    seconds("retry_timeout", "CLICKHOUSE_RETRY_TIMEOUT", Config::with_retry_timeout),
    number("retry_budget", "CLICKHOUSE_RETRY_BUDGET", Config::with_retry_budget),
    seconds("quarantine", "CLICKHOUSE_QUARANTINE", Config::with_quarantine),
];

/// URL parameters that had another name once, with today's.
pub(super) const RENAMED_PARAMETERS: [(&str, &str); 4] = [
    ("bearer_token", "access_token"),
    ("max_connections", "max_concurrent_requests"),
    ("pool_timeout", "acquire_timeout"),
    ("request_timeout", "send_receive_timeout"),
];

/// Variables that had another name once, with today's.
pub(super) const RENAMED_VARIABLES: [(&str, &str); 2] = [
    ("CLICKHOUSE_MAX_CONNECTIONS", "CLICKHOUSE_MAX_CONCURRENT_REQUESTS"),
    ("CLICKHOUSE_POOL_TIMEOUT", "CLICKHOUSE_ACQUIRE_TIMEOUT"),
];

/// The error for a setting's old name.
pub(super) fn renamed(old: &str, new: &str) -> DbError {
    invalid(old, format!("it is called {new} now"))
}

const fn setting(name: &'static str, variable: &'static str, kind: ValueKind) -> Setting {
    Setting { name, variable, kind }
}

const fn flag(name: &'static str, variable: &'static str, set: Set<bool>) -> Setting {
    setting(name, variable, ValueKind::Flag(set))
}

const fn seconds(name: &'static str, variable: &'static str, set: Set<Duration>) -> Setting {
    setting(name, variable, ValueKind::Seconds(set))
}

const fn number(name: &'static str, variable: &'static str, set: Set<u32>) -> Setting {
    setting(name, variable, ValueKind::Number(set))
}

const fn path(name: &'static str, variable: &'static str, set: Set<PathBuf>) -> Setting {
    setting(name, variable, ValueKind::Path(set))
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
    let name = Identifier::new(text.to_owned()).map_err(|_| invalid(shown, rule))?;
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
        for (position, setting) in SETTINGS.iter().enumerate() {
            for other in &SETTINGS[..position] {
                assert!(setting.name != other.name && setting.variable != other.variable);
            }
            let regular = format!("CLICKHOUSE_{}", setting.name.to_uppercase());
            assert_eq!(setting.variable, regular);
        }
    }

    #[test]
    fn the_documentation_has_each_key_with_its_variable_parameter_and_default() {
        let unset = Config::default();
        for setting in &SETTINGS {
            let cells = row(setting.name);
            let [_, variable, parameter, default, why] = cells[..] else { panic!("{cells:?}") };
            assert_eq!(variable, setting.variable);
            assert_eq!(
                parameter.split('=').next() == Some(setting.name),
                setting.is_parameter(),
                "{parameter}"
            );
            assert!(!why.is_empty());
            match setting.kind {
                ValueKind::Part(_) | ValueKind::Path(_) | ValueKind::Identity => {}
                _ => {
                    let set = setting.set(unset.clone(), setting.name, default).unwrap();
                    assert_eq!(
                        format!("{set:?}"),
                        format!("{unset:?}"),
                        "{} {default}",
                        setting.name
                    );
                }
            }
        }
    }

    #[test]
    fn the_documentation_has_the_defaults_of_the_parts() {
        let [host, port, user, database] =
            ["host", "port", "user", "database"].map(|name| row(name)[3]);
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
            assert!(SETTINGS.iter().any(|setting| setting.name == name), "{name}");
        }
    }
}
