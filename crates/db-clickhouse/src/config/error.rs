//! The error of a configuration that cannot work.

use db_port::DbError;

/// `key` names the setting as the user gave it; `reason` says what is wrong and what would be
/// right.
pub(crate) fn invalid(key: &str, reason: impl Into<String>) -> DbError {
    DbError::Configuration { key: key.into(), reason: reason.into() }
}

/// The same error with its key and reason changed, by who knows more of where the value comes from.
pub(super) fn reworded(error: DbError, change: impl FnOnce(&mut String, &mut String)) -> DbError {
    match error {
        DbError::Configuration { mut key, mut reason } => {
            change(&mut key, &mut reason);
            DbError::Configuration { key, reason }
        }
        error => error,
    }
}
