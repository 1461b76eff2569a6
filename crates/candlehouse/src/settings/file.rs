//! One settings file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use toml::{Table, Value};
use tracing::level_filters::LevelFilter;

use super::error::SettingsError;
use super::names;
use crate::preferences::Color;
use crate::value_parsers;

/// What the file states; what it does not mention is none.
#[derive(Debug, Default)]
pub(super) struct SettingsFile {
    pub(super) path: PathBuf,
    pub(super) db: Option<String>,
    pub(super) log: Option<LevelFilter>,
    pub(super) color: Option<Color>,
    pub(super) quiet: Option<bool>,
    pub(super) stores: BTreeMap<String, String>,
}

impl SettingsFile {
    /// The file at `path`; none if there is no such file.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, SettingsError> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(path, &text).map(Some),
            Err(error) if is_absent(&error) => Ok(None),
            Err(source) => Err(SettingsError::Read { path: path.to_owned(), source }),
        }
    }

    fn parse(path: &Path, text: &str) -> Result<Self, SettingsError> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let begin = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.as_bytes()[..begin].iter().filter(|&&byte| byte == b'\n').count() + 1;
            let reason = error.message().to_owned();
            SettingsError::Syntax { path: path.to_owned(), line, reason }
        })?;
        let mut file = Self { path: path.to_owned(), ..Self::default() };
        for (key, value) in table {
            file.set(&key, value).map_err(|reason| {
                let path = path.to_owned();
                SettingsError::Value { path, key, reason }
            })?;
        }
        Ok(file)
    }

    fn set(&mut self, key: &str, value: Value) -> Result<(), String> {
        match key {
            names::DB => self.db = Some(text(value)?),
            names::LOG => self.log = Some(value_parsers::log_level(&text(value)?)?),
            names::COLOR => self.color = Some(color(&text(value)?)?),
            names::QUIET => self.quiet = Some(value.as_bool().ok_or("write true or false")?),
            names::STORES => {
                let Value::Table(stores) = value else {
                    return Err("write a table of names and URLs, [stores]".into());
                };
                for (name, url) in stores {
                    if !names::is_name(&name) {
                        return Err("a name has ASCII letters, digits, - and _".into());
                    }
                    let url = text(url).map_err(|reason| format!("{name}: {reason}"))?;
                    self.stores.insert(name, url);
                }
            }
            _ => {
                let known =
                    [names::DB, names::LOG, names::COLOR, names::QUIET, names::STORES].join(", ");
                return Err(format!("there is no such setting; there are {known}"));
            }
        }
        Ok(())
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn text(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(format!("write a text in quotes, not {}", other.type_str())),
    }
}

fn color(text: &str) -> Result<Color, &'static str> {
    clap::ValueEnum::from_str(text, false).map_err(|_| "write one of auto, always, never")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        SettingsFile::parse(Path::new("candlehouse.toml"), text).unwrap_err().to_string()
    }

    #[test]
    fn every_setting_is_read() {
        let text = "db = 'prod'\nlog = 'debug'\ncolor = 'never'\nquiet = true\n\
                    [stores]\nprod = 'https://u:p@h/db'\nlaptop = 'chdb:./store'\n";
        let file = SettingsFile::parse(Path::new("candlehouse.toml"), text).unwrap();
        assert_eq!(file.db.as_deref(), Some("prod"));
        assert_eq!((file.log, file.color), (Some(LevelFilter::DEBUG), Some(Color::Never)));
        assert_eq!(file.quiet, Some(true));
        assert_eq!(file.stores.len(), 2);
        assert_eq!(file.stores["laptop"], "chdb:./store");
    }

    #[test]
    fn a_mistake_is_named_with_its_place_and_without_a_secret() {
        for (text, said) in [
            ("db = 'a'\nlog = \"http://u:hunter2@h", "candlehouse.toml, line 2: "),
            ("db = 'a'\ndb = 'http://u:hunter2@h'", "candlehouse.toml, line 2: duplicate key"),
            ("http://u:hunter2@h", "candlehouse.toml, line 1: "),
            ("database = 'http://u:hunter2@h'", "database: there is no such setting; there are db"),
            ("db = 5", "db: write a text in quotes, not integer"),
            ("log = 'http://u:hunter2@h'", "log: write one of off, error"),
            ("color = 'hunter2'", "color: write one of auto, always, never"),
            ("quiet = 'hunter2'", "quiet: write true or false"),
            ("stores = 'http://u:hunter2@h'", "stores: write a table of names and URLs"),
            ("[stores]\nprod = ['http://u:hunter2@h']", "stores: prod: write a text in quotes"),
            ("[stores]\n'http://u:hunter2@h' = 'chdb:c'", "stores: a name has ASCII letters"),
        ] {
            let error = refused(text);
            assert!(error.contains(said) && !error.contains("hunter2"), "{error}");
        }
    }
}
