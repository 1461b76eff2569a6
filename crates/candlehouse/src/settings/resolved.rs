//! The settings of a run.

use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;

use etcetera::BaseStrategy;
use tracing::level_filters::LevelFilter;

use super::error::SettingsError;
use super::file::SettingsFile;
use super::origin::Origin;
use crate::preferences::Color;

const FILE: &str = "candlehouse.toml";

/// A value, and where it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

/// What the command line and the environment state.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) db: Option<Setting<String>>,
    pub(crate) log: Option<Setting<LevelFilter>>,
    pub(crate) color: Option<Setting<Color>>,
    pub(crate) quiet: Option<Setting<bool>>,
}

#[derive(Debug)]
pub(crate) struct Settings {
    /// A URL, or the name of a store; none is the default store.
    pub(crate) db: Option<Setting<String>>,
    pub(crate) log: Setting<LevelFilter>,
    pub(crate) color: Setting<Color>,
    pub(crate) quiet: Setting<bool>,
    /// URLs of stores by name.
    pub(crate) stores: BTreeMap<String, Setting<String>>,
}

impl Settings {
    /// What is given comes first, then the file in the working folder, then the user's.
    ///
    /// # Errors
    /// When a file is there and cannot be used.
    pub(crate) fn of(given: Given) -> Result<Self, SettingsError> {
        let mut files = Vec::new();
        for path in paths() {
            files.extend(SettingsFile::read(&path)?);
        }
        Ok(Self::from(given, &files))
    }

    fn from(given: Given, files: &[SettingsFile]) -> Self {
        let mut stores = BTreeMap::new();
        for file in files {
            for (name, url) in &file.stores {
                stores.entry(name.clone()).or_insert_with(|| file.states(url.clone()));
            }
        }
        Self {
            db: first(given.db, files, |file| file.db.clone()),
            log: first(given.log, files, |file| file.log)
                .unwrap_or_else(|| unstated(LevelFilter::WARN)),
            color: first(given.color, files, |file| file.color)
                .unwrap_or_else(|| unstated(Color::default())),
            quiet: first(given.quiet, files, |file| file.quiet).unwrap_or_else(|| unstated(false)),
            stores,
        }
    }
}

impl SettingsFile {
    fn states<T>(&self, value: T) -> Setting<T> {
        Setting { value, origin: Origin::File(self.path.clone()) }
    }
}

fn first<T>(
    given: Option<Setting<T>>,
    files: &[SettingsFile],
    stated: impl Fn(&SettingsFile) -> Option<T>,
) -> Option<Setting<T>> {
    given.or_else(|| files.iter().find_map(|file| Some(file.states(stated(file)?))))
}

fn unstated<T>(value: T) -> Setting<T> {
    Setting { value, origin: Origin::Default }
}

/// Where settings files are looked for, the first one first.
fn paths() -> Vec<PathBuf> {
    let working = env::current_dir().map(|folder| folder.join(FILE));
    let users = etcetera::choose_base_strategy()
        .map(|base| base.config_dir().join("candlehouse").join(FILE));
    working.into_iter().chain(users).collect()
}
