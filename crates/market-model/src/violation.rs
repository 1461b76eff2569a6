//! What is wrong with a value that cannot be.

use std::fmt;

/// A field that breaks a rule, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field, as its type calls it: `high` of a candle, `tick_size` of a symbol.
    pub field: &'static str,
    /// What is wrong, with the values.
    pub reason: String,
}

impl Violation {
    /// A violation of `field`.
    #[must_use]
    pub fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self { field, reason: reason.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.reason)
    }
}
