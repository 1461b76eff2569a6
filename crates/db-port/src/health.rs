use std::time::Duration;

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
