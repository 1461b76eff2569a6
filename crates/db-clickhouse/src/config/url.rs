use db_port::{DbError, Identifier, Result};

use super::key::{Key, Kind};
use super::keys::KEYS;
use super::percent::decoded;
use super::{ClickHouseConfig, endpoint, refuse};

const SHAPE: &str = "write http://user:password@host:port/database, https:// or clickhouse://";
const ENCODE: &str = "write @ : / ? # and % in user and password as %40 %3A %2F %3F %23 and %25";
const SHOWN: usize = 40;

/// Reads a configuration from a URL without checking whether its parts go together. No message
/// quotes the URL, because any part of it can turn out to be part of a password that was not
/// percent-encoded.
pub(super) fn read(text: &str) -> Result<ClickHouseConfig> {
    if text.chars().any(char::is_control) {
        return Err(refuse("url", "it holds a control character, such as a line break: remove it"));
    }
    let (scheme, rest) = text.split_once("://").ok_or_else(|| refuse("url", SHAPE))?;
    let (secure, may_say_secure) = match scheme.to_ascii_lowercase().as_str() {
        "http" => (false, false),
        "https" => (true, false),
        "clickhouse" => (false, true),
        _ => return Err(refuse("url", SHAPE)),
    };
    let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if behind.contains('@') {
        return Err(refuse("url", format!("there is an @ behind the host: {ENCODE}")));
    }
    if behind.contains('#') {
        return Err(refuse("url", format!("there is a # in it: {ENCODE}")));
    }
    let (path, query) = behind.split_once('?').unwrap_or((behind, ""));
    let (identity, hosts) = match authority.rsplit_once('@') {
        Some((identity, hosts)) => (Some(identity), hosts),
        None => (None, authority),
    };
    let config = ClickHouseConfig::default().with_secure(secure);
    let config = with_hosts(config, hosts)?;
    let config = with_identity(config, identity.unwrap_or_default())?;
    let config = with_database(config, path)?;
    with_parameters(config, query, may_say_secure)
}

fn with_hosts(config: ClickHouseConfig, hosts: &str) -> Result<ClickHouseConfig> {
    let mut endpoints = endpoint::list(hosts, str::to_owned).map_err(with_advice)?;
    for endpoint in &mut endpoints {
        endpoint.host = decoded("host", &endpoint.host)?;
    }
    Ok(config.with_list(endpoints))
}

/// What looks like a host or port may be a part of the password.
fn with_advice(error: DbError) -> DbError {
    match error {
        DbError::Configuration { key, reason } => {
            let reason = format!("{reason}; if it is right, {ENCODE}");
            DbError::Configuration { key, reason }
        }
        error => error,
    }
}

fn with_identity(config: ClickHouseConfig, identity: &str) -> Result<ClickHouseConfig> {
    let (user, password) = identity.split_once(':').unwrap_or((identity, ""));
    let config = config.with_password(decoded("password", password)?);
    Ok(if user.is_empty() { config } else { config.with_user(decoded("user", user)?) })
}

fn with_database(mut config: ClickHouseConfig, path: &str) -> Result<ClickHouseConfig> {
    let name = decoded("database", path.trim_start_matches('/'))?;
    if !name.is_empty() {
        let rule = "the path is one name of letters, digits and underscores, such as /jts";
        config.database = Identifier::new(name).map_err(|_| refuse("database", rule))?;
    }
    Ok(config)
}

fn with_parameters(
    mut config: ClickHouseConfig,
    query: &str,
    may_say_secure: bool,
) -> Result<ClickHouseConfig> {
    let mut seen: Vec<&str> = Vec::new();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = match parameter.split_once('=') {
            Some((name, value)) => (decoded("url", name)?, Some(value)),
            None => (decoded("url", parameter)?, None),
        };
        let key = find(&name)?;
        if seen.contains(&key.name) {
            return Err(refuse(key.name, "it is given twice: keep one"));
        }
        seen.push(key.name);
        if key.name == "secure" && !may_say_secure {
            let reason = "it goes with clickhouse://; else write https:// for TLS";
            return Err(refuse(key.name, reason));
        }
        let value = decoded(key.name, value.unwrap_or_default())?;
        // A switch that is merely named is on.
        let value = if value.is_empty() && key.is_flag() { "true" } else { &value };
        config = key.set(config, key.name, value)?;
    }
    Ok(config)
}

fn find(name: &str) -> Result<&'static Key> {
    let key = KEYS.iter().find(|key| key.name == name);
    if let Some(key) = key
        && key.is_parameter()
    {
        return Ok(key);
    }
    let reason = match key.map(|key| (&key.kind, key.variable)) {
        Some((Kind::Part(_), _)) => format!("it is no parameter: {SHAPE}"),
        Some((Kind::Identity, variable)) => {
            format!("it is no parameter: {SHAPE}, or use the environment variable {variable}")
        }
        _ => {
            let names: Vec<_> =
                KEYS.iter().filter(|key| key.is_parameter()).map(|key| key.name).collect();
            format!("there is no such parameter; there are {}", names.join(", "))
        }
    };
    Err(refuse(&name.chars().take(SHOWN).flat_map(char::escape_debug).collect::<String>(), reason))
}

#[cfg(test)]
mod tests;
