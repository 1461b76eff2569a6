//! What can go wrong between a caller and the database.

use std::fmt;
use std::time::Duration;

use crate::cause::Cause;
use crate::retryability::{self, Retryability};

/// The result of an operation on the port.
pub type Result<T, E = DbError> = std::result::Result<T, E>;

/// What went wrong between a caller and the database.
///
/// A message says what happened here; causes below are reached through
/// [`source`](std::error::Error::source) and not repeated. No message holds a password or token.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// The request could not be sent as it was: nothing was sent.
    #[error("invalid {what}: {reason}")]
    InvalidInput {
        /// The part that is wrong, such as `parameter symbol`.
        what: String,
        /// What is wrong with it and what would be right.
        reason: String,
    },
    /// The adapter was set up with something it cannot use.
    #[error("invalid configuration of {key}: {reason}")]
    Configuration {
        /// The name of the setting, as the user gives it.
        key: String,
        /// What is wrong with it and what would be right.
        reason: String,
    },
    /// The database could not be reached: nothing was sent.
    #[error("cannot reach {target}: {reason}")]
    Unavailable {
        /// The database, without credentials.
        target: String,
        /// What happened and what to do.
        reason: String,
        /// The cause, where there is one.
        source: Option<Cause>,
    },
    /// The database answered with an exception.
    #[error("the database reported: {message} (code {code})")]
    Database {
        /// ClickHouse's exception code, such as 60 for an unknown table.
        code: i32,
        /// Its text, without the code.
        message: String,
        /// The query it ran under, where known.
        query_id: Option<String>,
    },
    /// A time limit ran out.
    #[error("timed out after {limit:?} in {phase}")]
    Timeout {
        /// What was going on.
        phase: Phase,
        /// The limit.
        limit: Duration,
    },
    /// The answer broke off. For a query, batches handed out before are good, but not all.
    #[error("the answer broke off after {rows} rows: {reason}")]
    Interrupted {
        /// Rows handed out before.
        rows: u64,
        /// What happened.
        reason: String,
        /// The cause, where there is one.
        source: Option<Cause>,
    },
    /// An insert or statement was sent and no answer came: it may or may not have run.
    #[error("it is not known whether {what} ran (query id {query_id})")]
    OutcomeUnknown {
        /// The request, such as `the insert into candles`.
        what: String,
        /// The name it ran under, to look it up in the database's query log.
        query_id: String,
        /// The failure that hid the answer.
        source: Option<Cause>,
    },
    /// The database answered with something else than was asked for.
    #[error("expected {expected}, found {found}")]
    UnexpectedResult {
        /// What the caller needs.
        expected: String,
        /// What there was.
        found: String,
    },
    /// The database is older than what the adapter relies on.
    #[error(
        "the server is ClickHouse {found}, and {needed} or newer is needed: upgrade the server"
    )]
    UnsupportedVersion {
        /// The version that was found, such as `22.8.1.1`.
        found: String,
        /// The first version that is supported, such as `26.3`.
        needed: String,
    },
    /// The executor was closed; connect again to reopen it.
    #[error("the executor is closed; connect again to reopen it")]
    Closed,
}

impl DbError {
    /// Whether sending the same request again can help.
    #[must_use]
    pub fn retryability(&self) -> Retryability {
        match self {
            Self::Database { code, message, .. } => retryability::of_code(*code, message),
            Self::Unavailable { .. } => Retryability::Soon,
            Self::Timeout { phase: Phase::PermitWait { .. }, .. } => Retryability::Later,
            Self::Timeout { .. } | Self::Interrupted { .. } | Self::OutcomeUnknown { .. } => {
                Retryability::Soon
            }
            Self::InvalidInput { .. }
            | Self::Configuration { .. }
            | Self::UnexpectedResult { .. }
            | Self::UnsupportedVersion { .. }
            | Self::Closed => Retryability::Never,
        }
    }

    /// ClickHouse's exception code, if the database reported one.
    #[must_use]
    pub const fn code(&self) -> Option<i32> {
        match self {
            Self::Database { code, .. } => Some(*code),
            _ => None,
        }
    }
}

/// The part of an operation in which a time limit ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// Waiting for a permit of the [`ConcurrencyLimit`](crate::adapter::ConcurrencyLimit).
    PermitWait {
        /// Permits in use, which is all of them.
        in_use: usize,
    },
    /// Opening the connection.
    Connect,
    /// Waiting for the database's answer.
    Request,
    /// Receiving rows.
    Stream,
    /// Closing: work under way has not ended.
    Close,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PermitWait { in_use } => write!(f, "permit wait: all {in_use} are in use"),
            Self::Connect => f.write_str("connect"),
            Self::Request => f.write_str("request"),
            Self::Stream => f.write_str("stream"),
            Self::Close => f.write_str("close"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    #[test]
    fn display_does_not_repeat_the_source() {
        let error = DbError::Unavailable {
            target: "localhost:8123".into(),
            reason: "connection refused".into(),
            source: Some("os error 111".into()),
        };
        assert_eq!(error.to_string(), "cannot reach localhost:8123: connection refused");
        assert_eq!(error.source().unwrap().to_string(), "os error 111");
    }

    #[test]
    fn only_an_error_of_the_database_has_a_code() {
        let error = DbError::Database { code: 60, message: "no such table".into(), query_id: None };
        assert_eq!(error.code(), Some(60));
        assert_eq!(DbError::Closed.code(), None);
    }

    #[test]
    fn a_copy_has_the_same_cause() {
        let source = Some(DbError::Closed.into());
        let error = DbError::Interrupted { rows: 0, reason: "gone".into(), source };
        let copy = error.clone();
        let cause = copy.source().unwrap();
        assert!(matches!(cause.downcast_ref(), Some(DbError::Closed)), "{cause:?}");
        assert!(std::ptr::addr_eq(cause, error.source().unwrap()));
    }

    #[test]
    fn an_old_server_is_named_with_what_to_do_and_not_asked_again() {
        let (found, needed) = ("22.8.1.1".into(), "26.3".into());
        let error = DbError::UnsupportedVersion { found, needed };
        assert_eq!(
            error.to_string(),
            "the server is ClickHouse 22.8.1.1, and 26.3 or newer is needed: upgrade the server"
        );
        assert_eq!(error.retryability(), Retryability::Never);
    }

    #[test]
    fn a_timeout_at_the_concurrency_limit_says_how_many_permits_are_in_use() {
        let phase = Phase::PermitWait { in_use: 4 };
        let error = DbError::Timeout { phase, limit: Duration::from_secs(2) };
        assert_eq!(error.to_string(), "timed out after 2s in permit wait: all 4 are in use");
        assert_eq!(error.retryability(), Retryability::Later);
    }
}
