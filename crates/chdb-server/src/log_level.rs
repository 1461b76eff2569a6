//! How much the server logs.

/// What the server writes to its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LogLevel {
    /// Failures only.
    Error,
    /// Also what may become one.
    #[default]
    Warning,
    /// Also what happens, such as where it listens.
    Information,
    /// Everything, several lines for each query.
    Trace,
}

impl LogLevel {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
            Self::Trace => "trace",
        }
    }
}
