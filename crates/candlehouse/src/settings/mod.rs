//! Settings: options, then the environment, then files, then defaults.

mod error;
mod file;
pub(crate) mod names;
mod origin;
mod resolved;

pub(crate) use error::SettingsError;
pub(crate) use origin::Origin;
pub(crate) use resolved::{Given, Setting, Settings};
