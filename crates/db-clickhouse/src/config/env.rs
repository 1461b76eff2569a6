//! A configuration out of environment variables.

use std::ffi::OsString;
use std::path::Path;

use db_port::Result;
use secrecy::SecretString;

use super::authentication::Authentication;
use super::clickhouse_config::ClickHouseConfig;
use super::error::{invalid, reworded};
use super::settings::{
    PASSWORD, PASSWORD_FILE, RENAMED_VARIABLES, SETTINGS, TOKEN, TOKEN_FILE, URL, USER, renamed,
};
use super::{file, url};

impl ClickHouseConfig {
    /// Reads the environment: `CLICKHOUSE_URL`, then the variables of the single settings, which
    /// override the URL's parts: `CLICKHOUSE_HOST` (one or several, as in a URL),
    /// `CLICKHOUSE_PORT`, `CLICKHOUSE_USER`, `CLICKHOUSE_PASSWORD` or `CLICKHOUSE_PASSWORD_FILE`,
    /// `CLICKHOUSE_DATABASE`, `CLICKHOUSE_SECURE`, `CLICKHOUSE_VERIFY` and so on: `CLICKHOUSE_`
    /// and the name of the URL parameter in capitals. `CLICKHOUSE_ACCESS_TOKEN` or
    /// `CLICKHOUSE_ACCESS_TOKEN_FILE` is a token, which replaces a user and password of the URL.
    ///
    /// What is not set has its default, and an empty variable counts as not set. Other variables
    /// are other programs' business and ignored, so a misspelt name is not noticed. One line break
    /// at the end of a file with a password or token does not count.
    ///
    /// # Errors
    /// [`DbError::Configuration`](db_port::DbError::Configuration) that names the variable that is
    /// wrong, without showing it; also when a password or token is given twice or cannot be read
    /// from its file.
    pub fn from_env() -> Result<Self> {
        Self::from_vars(|name| std::env::var_os(name))
    }

    /// As [`from_env`](Self::from_env), but with the variables that `lookup` knows.
    ///
    /// ```
    /// use db_clickhouse::ClickHouseConfig;
    ///
    /// let lookup = |name: &str| (name == "CLICKHOUSE_HOST").then(|| "db.local".into());
    /// let config = ClickHouseConfig::from_vars(lookup)?;
    /// assert_eq!(config.to_string(), "http://default@db.local:8123/jts");
    /// # Ok::<_, db_port::DbError>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`from_env`](Self::from_env).
    pub fn from_vars(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        read(&lookup)
    }
}

/// Reads a configuration from the variables that `lookup` knows.
fn read(lookup: &dyn Fn(&str) -> Option<OsString>) -> Result<ClickHouseConfig> {
    let variables = Variables(lookup);
    for (old, new) in RENAMED_VARIABLES {
        if variables.text(old)?.is_some() {
            return Err(renamed(old, new));
        }
    }
    let mut config = match variables.text(URL)? {
        Some(text) => {
            url::read(&text).map_err(|error| reworded(error, |key, _| *key = in_url(key)))?
        }
        None => ClickHouseConfig::default(),
    };
    for setting in &SETTINGS {
        if let Some(text) = variables.text(setting.variable)? {
            config = setting.set(config, setting.variable, &text)?;
        }
    }
    let config = variables.with_identity(config)?;
    config.validate().map_err(|error| reworded(error, |key, _| *key = variables.source(key)))?;
    Ok(config)
}

struct Variables<'a>(&'a dyn Fn(&str) -> Option<OsString>);

impl Variables<'_> {
    /// The variable's text, unless it is empty, which counts as not set.
    fn text(&self, name: &str) -> Result<Option<String>> {
        match self.0(name).filter(|value| !value.is_empty()).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text)),
            Some(Err(_)) => Err(invalid(name, "it is not UTF-8: write it anew")),
        }
    }

    /// A secret, and the name of the variable that has it or its file.
    fn secret(
        &self,
        direct: &'static str,
        in_file: &'static str,
    ) -> Result<Option<(&'static str, String)>> {
        match (self.text(direct)?, self.text(in_file)?) {
            (None, None) => Ok(None),
            (Some(secret), None) => Ok(Some((direct, secret))),
            (None, Some(path)) => Ok(Some((in_file, file::secret(in_file, Path::new(&path))?))),
            (Some(_), Some(_)) => {
                Err(invalid(direct, format!("{in_file} is set too: unset one of them")))
            }
        }
    }

    fn with_identity(&self, mut config: ClickHouseConfig) -> Result<ClickHouseConfig> {
        let user = self.text(USER)?;
        let password = self.secret(PASSWORD, PASSWORD_FILE)?;
        if let Some((token_variable, token)) = self.secret(TOKEN, TOKEN_FILE)? {
            let other = password.map(|(variable, _)| variable).or(user.map(|_| USER));
            if let Some(other) = other {
                let reason = format!(
                    "{other} is set too, and a token replaces user and password: unset one of them"
                );
                return Err(invalid(token_variable, reason));
            }
            config.authentication = Authentication::AccessToken(SecretString::from(token));
            return Ok(config);
        }
        if let Some(user) = user {
            config = config.with_user(user);
        }
        if let Some((_, password)) = password {
            config = config.with_password(password);
        }
        Ok(config)
    }

    /// Where the value of `key` comes from.
    fn source(&self, key: &str) -> String {
        let is_set = |name: &str| self.0(name).is_some_and(|value| !value.is_empty());
        let file = format!("{key}_file");
        let own = SETTINGS.iter().filter(|known| known.name == key || known.name == file);
        match own.map(|known| known.variable).find(|variable| is_set(variable)) {
            Some(variable) => variable.into(),
            None if is_set(URL) => in_url(key),
            None => key.into(),
        }
    }
}

fn in_url(key: &str) -> String {
    if key == "url" { URL.into() } else { format!("{key} in {URL}") }
}

#[cfg(test)]
mod tests;
