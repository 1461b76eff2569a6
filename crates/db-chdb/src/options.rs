//! What the process's one engine is started with.

use std::collections::BTreeMap;
use std::path::PathBuf;

use db_port::{DbError, Identifier, Result};

/// What the process's one engine is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EngineOptions {
    pub(crate) backups_path: Option<PathBuf>,
    server_settings: BTreeMap<String, String>,
}

impl EngineOptions {
    /// None.
    pub(crate) const fn new() -> Self {
        Self { backups_path: None, server_settings: BTreeMap::new() }
    }

    /// Sets a server setting of ClickHouse.
    pub(crate) fn set(&mut self, name: impl Into<String>, value: impl ToString) {
        self.server_settings.insert(name.into(), value.to_string());
    }

    pub(crate) fn server_settings(&self) -> impl Iterator<Item = &str> {
        self.server_settings.keys().map(String::as_str)
    }

    /// The same with absolute paths, if the engine can be started with them.
    ///
    /// # Errors
    /// [`DbError::Configuration`] that names the option.
    pub(crate) fn checked(&self) -> Result<Self> {
        let refused =
            |key: &str, reason: String| DbError::Configuration { key: key.into(), reason };
        for name in self.server_settings() {
            Identifier::new(name.to_owned())
                .map_err(|error| refused("server setting", error.to_string()))?;
        }
        let mut checked = self.clone();
        if let Some(path) = &self.backups_path {
            let folder = path.canonicalize().ok().filter(|folder| folder.is_dir());
            let usable = folder.filter(|folder| folder.to_str().is_some());
            checked.backups_path = Some(usable.ok_or_else(|| {
                let reason = format!("{} is not a folder; name one that exists", path.display());
                refused("backups path", reason)
            })?);
        }
        Ok(checked)
    }

    /// The engine's own options, by name.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = (String, String)> {
        let settings = self.server_settings.iter();
        let settings = settings.map(|(name, value)| (name.clone(), value.clone()));
        let path = self.backups_path.iter().filter_map(|path| path.to_str());
        settings.chain(path.map(|path| ("backups.allowed_path".to_owned(), path.to_owned())))
    }
}
