use db_port::DbError;

/// A failed attempt: what the caller would hear, and what it says about another attempt.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) class: FailureClass,
    pub(crate) error: DbError,
}

/// How far a failed attempt got, which decides whether another can help and whether it is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureClass {
    /// No connection, so that the server never heard of it.
    NotSent,
    /// The server turned it away before it ran, because it has too much to do.
    Refused,
    /// The server gave up on the way, for a reason that may pass.
    PartWay,
    /// No answer came, or no whole one.
    NoAnswer,
    /// Another attempt would fail the same way, or would come too late.
    Final,
}

impl FailureClass {
    /// The name in metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::PartWay => "part_way",
            Self::NoAnswer => "no_answer",
            Self::Final => "final",
        }
    }

    /// Whether the request may have done something nevertheless.
    pub(crate) const fn may_have_run(self) -> bool {
        matches!(self, Self::PartWay | Self::NoAnswer)
    }
}

impl Failure {
    pub(crate) const fn new(class: FailureClass, error: DbError) -> Self {
        Self { class, error }
    }

    /// A failure that another attempt would only repeat.
    pub(crate) const fn last(error: DbError) -> Self {
        Self::new(FailureClass::Final, error)
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self::last(error)
    }
}
