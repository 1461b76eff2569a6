use std::ffi::OsString;
use std::path::Path;

use db_port::{DbError, Result};
use secrecy::SecretString;

use super::keys::{KEYS, PASSWORD, PASSWORD_FILE, TOKEN, TOKEN_FILE, URL, USER};
use super::{Authentication, ClickHouseConfig, file, refuse, url};

/// Reads a configuration from the variables that `lookup` knows.
pub(super) fn read(lookup: &dyn Fn(&str) -> Option<OsString>) -> Result<ClickHouseConfig> {
    let variables = Variables(lookup);
    let mut config = match variables.text(URL)? {
        Some(text) => url::read(&text).map_err(|error| rename(error, in_url))?,
        None => ClickHouseConfig::default(),
    };
    for key in &KEYS {
        if let Some(text) = variables.text(key.variable)? {
            config = key.set(config, key.variable, &text)?;
        }
    }
    let config = variables.with_identity(config)?;
    config.check().map_err(|error| rename(error, |key| variables.source(key)))?;
    Ok(config)
}

struct Variables<'a>(&'a dyn Fn(&str) -> Option<OsString>);

impl Variables<'_> {
    /// The variable's text, unless it is empty, which counts as not set.
    fn text(&self, name: &str) -> Result<Option<String>> {
        match self.0(name).filter(|value| !value.is_empty()).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text)),
            Some(Err(_)) => Err(refuse(name, "it is not UTF-8: write it anew")),
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
                Err(refuse(direct, format!("{in_file} is set too: unset one of them")))
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
                    "{other} is set too, but a token alone says who asks: unset one of them"
                );
                return Err(refuse(token_variable, reason));
            }
            config.authentication = Authentication::Bearer(SecretString::from(token));
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
        let own = KEYS.iter().filter(|known| known.name == key || known.name == file);
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

fn rename(error: DbError, name: impl Fn(&str) -> String) -> DbError {
    match error {
        DbError::Configuration { key, reason } => {
            DbError::Configuration { key: name(&key), reason }
        }
        error => error,
    }
}

#[cfg(test)]
mod tests;
