//! What a failed attempt means for another one.

use db_port::DbError;

/// A failed attempt: the error that the caller gets, and what it says about another attempt.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) class: FailureClass,
    pub(crate) error: DbError,
}

/// How far a failed attempt got. That decides whether another can help and whether it is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureClass {
    /// No connection: the server never heard of the request.
    NotSent,
    /// The server turned it away before it ran, because it is overloaded.
    Refused,
    /// The server gave up while it ran, for a reason that may pass.
    Aborted,
    /// No answer came, or no whole one.
    Ambiguous,
    /// Another attempt would fail the same way, or would come too late.
    Permanent,
}

impl FailureClass {
    /// The name in metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Aborted => "aborted",
            Self::Ambiguous => "ambiguous",
            Self::Permanent => "permanent",
        }
    }

    /// Whether the request may have changed something nevertheless.
    pub(crate) const fn may_have_run(self) -> bool {
        matches!(self, Self::Aborted | Self::Ambiguous)
    }
}

impl Failure {
    pub(crate) const fn new(class: FailureClass, error: DbError) -> Self {
        Self { class, error }
    }

    pub(crate) const fn permanent(error: DbError) -> Self {
        Self::new(FailureClass::Permanent, error)
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self::permanent(error)
    }
}
