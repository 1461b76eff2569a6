//! The settings that callers may not set, because the adapter relies on them.

use db_port::adapter::{Setting, check_settings, text_settings};
use db_port::{DbError, Insert, Result, Statement};

use crate::config::ChdbConfig;

/// Work is found by the comment when it is to be killed, and an insert that the engine does later
/// could not be found.
const OWN: [&str; 4] =
    ["async_insert", "log_comment", "wait_for_async_insert", "wait_for_async_insert_timeout"];

/// An insert's token decides alone whether its rows are stored.
const INSERTS_OWN: [&str; 3] =
    ["deduplicate_insert", "insert_deduplicate", "insert_deduplication_token"];

/// Checks what can be checked before the statement waits for anything, its text included.
pub(crate) fn check_statement(statement: &Statement) -> Result<()> {
    statement.check()?;
    of_statement(statement)?;
    for name in text_settings(statement.sql()) {
        if let Some(reason) = reason_to_refuse(&name, &[]) {
            return Err(refused(&format!("{name} in the statement's text"), reason));
        }
    }
    Ok(())
}

/// The settings of a statement, if it may have all of them.
pub(crate) fn of_statement(statement: &Statement) -> Result<Vec<Setting>> {
    checked(statement.settings(), &[])
}

/// The settings of an insert, if it may have all of them.
pub(crate) fn of_insert(insert: &Insert) -> Result<Vec<Setting>> {
    checked(insert.settings(), &INSERTS_OWN)
}

/// The settings of every statement of an executor, if it may have all of them.
pub(crate) fn of_config(config: &ChdbConfig) -> Result<Vec<Setting>> {
    let settings = config.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    checked(settings, &INSERTS_OWN).map_err(|error| DbError::Configuration {
        key: "settings".into(),
        reason: error.to_string(),
    })
}

fn checked<'a>(
    settings: impl Iterator<Item = (&'a str, &'a str)>,
    own: &[&str],
) -> Result<Vec<Setting>> {
    let settings = check_settings(settings)?;
    for name in settings.iter().map(|setting| setting.name.as_str()) {
        if name.starts_with("param_") {
            return Err(refused(name, "a parameter is no setting: bind it"));
        }
        if let Some(reason) = reason_to_refuse(name, own) {
            return Err(refused(name, reason));
        }
    }
    Ok(settings)
}

fn refused(setting: &str, reason: &str) -> DbError {
    DbError::InvalidInput { what: format!("setting {setting}"), reason: reason.into() }
}

/// Why a caller may not set it, wherever that is written.
fn reason_to_refuse(setting: &str, own: &[&str]) -> Option<&'static str> {
    if setting.contains("_overflow_mode") {
        Some("a limit that is reached is always an error: leave it out")
    } else if setting == "profile" {
        Some("a profile would change settings that the adapter relies on: set what you need of it")
    } else if OWN.contains(&setting) || own.contains(&setting) {
        Some("this adapter relies on it: leave it out")
    } else {
        None
    }
}
