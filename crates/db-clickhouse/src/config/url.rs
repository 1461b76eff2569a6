//! A configuration out of a URL.

use db_port::{Identifier, Result};

use super::clickhouse_config::ClickHouseConfig;
use super::endpoint;
use super::error::{invalid, reworded};
use super::percent::decoded;
use super::setting::{Setting, ValueKind};
use super::settings::{RENAMED_PARAMETERS, SETTINGS, renamed};

const SHAPE: &str = "write http://user:password@host:port/database, https:// or clickhouse://";
const ENCODE: &str = "write @ : / ? # and % in user and password as %40 %3A %2F %3F %23 and %25";
const SHOWN: usize = 40;

impl ClickHouseConfig {
    /// Reads `http://user:password@host:port/database`, with `https` for TLS. What is left out has
    /// its default. `clickhouse://` is another spelling of `http://`, and of `https://` with
    /// `?secure`. User and password are percent-decoded. Several hosts, each with its own port,
    /// are separated by commas and tried from left to right; an IPv6 address stands in brackets.
    ///
    /// Every setting that is not a part of the URL can be a parameter under its builder's name
    /// without `with_`, as in `?connect_timeout=2.5&max_retries=5`: times in seconds, switches as
    /// `true` or `false`. Certificates are files: `ca_file`, `client_cert_file` and
    /// `client_key_file`. A token is never part of a URL.
    ///
    /// # Errors
    /// [`DbError::Configuration`](db_port::DbError::Configuration) that names the part or parameter
    /// that is wrong, unknown or given twice, without showing the URL.
    pub fn from_url(url: &str) -> Result<Self> {
        let config = read(url)?;
        config.validate()?;
        Ok(config)
    }
}

/// Reads a configuration from a URL without checking whether its parts go together. No message
/// shows the URL, because any part of it can turn out to be part of a password that was not
/// percent-encoded.
pub(super) fn read(text: &str) -> Result<ClickHouseConfig> {
    if text.chars().any(char::is_control) {
        return Err(invalid(
            "url",
            "it holds a control character, such as a line break: remove it",
        ));
    }
    let (scheme, rest) = text.split_once("://").ok_or_else(|| invalid("url", SHAPE))?;
    let (secure, may_say_secure) = match scheme.to_ascii_lowercase().as_str() {
        "http" => (false, false),
        "https" => (true, false),
        "clickhouse" => (false, true),
        _ => return Err(invalid("url", SHAPE)),
    };
    let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if behind.contains('@') {
        return Err(invalid("url", format!("there is an @ behind the host: {ENCODE}")));
    }
    if behind.contains('#') {
        return Err(invalid("url", format!("there is a # in it: {ENCODE}")));
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
    let mut endpoints = endpoint::list(hosts, str::to_owned).map_err(|error| {
        // What looks like a host or port may be a part of the password.
        reworded(error, |_, reason| *reason = format!("{reason}; if it is right, {ENCODE}"))
    })?;
    for endpoint in &mut endpoints {
        endpoint.host = decoded("host", &endpoint.host)?;
    }
    Ok(config.with_list(endpoints))
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
        config.database = Identifier::new(name).map_err(|_| invalid("database", rule))?;
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
        let setting = find(&name)?;
        if seen.contains(&setting.name) {
            return Err(invalid(setting.name, "it is given twice: keep one"));
        }
        seen.push(setting.name);
        if setting.name == "secure" && !may_say_secure {
            let reason = "it goes with clickhouse://; else write https:// for TLS";
            return Err(invalid(setting.name, reason));
        }
        let value = decoded(setting.name, value.unwrap_or_default())?;
        // A switch that is merely named is on.
        let value = if value.is_empty() && setting.is_flag() { "true" } else { &value };
        config = setting.set(config, setting.name, value)?;
    }
    Ok(config)
}

fn find(name: &str) -> Result<&'static Setting> {
    if let Some((old, new)) = RENAMED_PARAMETERS.into_iter().find(|(old, _)| *old == name) {
        return Err(renamed(old, new));
    }
    let setting = SETTINGS.iter().find(|setting| setting.name == name);
    if let Some(setting) = setting
        && setting.is_parameter()
    {
        return Ok(setting);
    }
    let reason = match setting.map(|setting| (&setting.kind, setting.variable)) {
        Some((ValueKind::Part(_), _)) => format!("it is no parameter: {SHAPE}"),
        Some((ValueKind::Identity, variable)) => {
            format!("it is no parameter: {SHAPE}, or use the environment variable {variable}")
        }
        _ => {
            let parameters = SETTINGS.iter().filter(|setting| setting.is_parameter());
            let names: Vec<_> = parameters.map(|setting| setting.name).collect();
            format!("there is no such parameter; there are {}", names.join(", "))
        }
    };
    Err(invalid(&name.chars().take(SHOWN).flat_map(char::escape_debug).collect::<String>(), reason))
}

#[cfg(test)]
mod tests;
