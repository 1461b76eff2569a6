//! What a health check saw, or what its error means.

use std::fmt;
use std::time::Duration;

use crate::error::{DbError, Phase};

/// What a successful health check saw.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// The database's version, such as `26.7.2.1`.
    pub version: String,
    /// How long the check took.
    pub latency: Duration,
}

impl Health {
    /// A report of `version`, seen after `latency`.
    #[must_use]
    pub fn new(version: impl Into<String>, latency: Duration) -> Self {
        Self { version: version.into(), latency }
    }
}

/// Why a health check failed, as far as it matters for what to do next.
///
/// `Display` has words for people; [`HealthProblem::as_str`] is for labels and programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HealthProblem {
    /// No connection: nothing listens there, or nobody took the connection in time.
    Unreachable,
    /// The database answers and refuses the user, the password, or the user's access.
    CredentialsRefused,
    /// The database took the connection and did not answer in time.
    TimedOut,
    /// All permits of this executor are in use. That says nothing about the database.
    Saturated,
    /// The executor was closed.
    Closed,
    /// Anything else, such as an exception of the database, a version that is not supported or a
    /// setting that cannot work.
    Failing,
}

impl HealthProblem {
    /// The problem that the error of a health check means.
    #[must_use]
    pub const fn of(error: &DbError) -> Self {
        match error {
            DbError::Unavailable { .. } | DbError::Timeout { phase: Phase::Connect, .. } => {
                Self::Unreachable
            }
            DbError::Database { code, .. } if is_refusal(*code) => Self::CredentialsRefused,
            DbError::Timeout { phase: Phase::PermitWait { .. }, .. } => Self::Saturated,
            DbError::Timeout { .. } => Self::TimedOut,
            DbError::Closed => Self::Closed,
            _ => Self::Failing,
        }
    }

    /// The problem in `snake_case`, such as `credentials_refused`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::CredentialsRefused => "credentials_refused",
            Self::TimedOut => "timed_out",
            Self::Saturated => "saturated",
            Self::Closed => "closed",
            Self::Failing => "failing",
        }
    }
}

impl fmt::Display for HealthProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::CredentialsRefused => "credentials refused",
            Self::TimedOut => "timed out",
            Self::Saturated => "saturated",
            Self::Unreachable | Self::Closed | Self::Failing => self.as_str(),
        })
    }
}

/// Unknown user, wrong password, password required, access denied, authentication failed.
const fn is_refusal(code: i32) -> bool {
    matches!(code, 192 | 193 | 194 | 497 | 516)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(code: i32) -> DbError {
        DbError::Database { code, message: "no".into(), query_id: None }
    }

    fn timeout(phase: Phase) -> DbError {
        DbError::Timeout { phase, limit: Duration::from_secs(1) }
    }

    #[test]
    fn causes_that_need_different_action_are_told_apart() {
        let refused =
            DbError::Unavailable { target: "db".into(), reason: "refused".into(), source: None };
        let old = DbError::UnsupportedVersion { found: "22.8.1.1".into(), needed: "26.3".into() };
        for (error, problem) in [
            (refused, HealthProblem::Unreachable),
            (timeout(Phase::Connect), HealthProblem::Unreachable),
            (timeout(Phase::Request), HealthProblem::TimedOut),
            (timeout(Phase::Stream), HealthProblem::TimedOut),
            (timeout(Phase::PermitWait { in_use: 8 }), HealthProblem::Saturated),
            (DbError::Closed, HealthProblem::Closed),
            (database(241), HealthProblem::Failing),
            (old, HealthProblem::Failing),
        ] {
            assert_eq!(HealthProblem::of(&error), problem, "{error}");
        }
    }

    #[test]
    fn every_way_to_refuse_a_user_is_a_refusal() {
        for code in [516, 192, 193, 194, 497] {
            assert_eq!(HealthProblem::of(&database(code)), HealthProblem::CredentialsRefused);
        }
    }

    #[test]
    fn people_read_words_and_programs_labels() {
        let problem = HealthProblem::CredentialsRefused;
        assert_eq!(
            (problem.to_string().as_str(), problem.as_str()),
            ("credentials refused", "credentials_refused")
        );
        assert_eq!(HealthProblem::Saturated.to_string(), "saturated");
        assert_eq!(HealthProblem::TimedOut.to_string(), "timed out");
        assert_eq!(HealthProblem::Unreachable.to_string(), "unreachable");
    }
}
