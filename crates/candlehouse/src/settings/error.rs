//! Why a settings file cannot be used. No text of the file is shown: it may hold a password.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

#[derive(Debug, Error)]
pub(crate) enum SettingsError {
    #[error("the settings file {} cannot be read", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}, line {line}: {reason}", path.display())]
    Syntax { path: PathBuf, line: usize, reason: String },
    #[error("{}: {key}: {reason}", path.display())]
    Value { path: PathBuf, key: String, reason: String },
}
