//! The error of a configuration that cannot work.

use db_port::DbError;

/// `key` names the setting as the user gave it; `reason` says what is wrong and what would be right.
pub(crate) fn invalid(key: &str, reason: impl Into<String>) -> DbError {
    DbError::Configuration { key: key.into(), reason: reason.into() }
}
