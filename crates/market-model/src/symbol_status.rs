//! Whether an instrument is traded.

use std::fmt;
use std::str::FromStr;

use crate::error::{ModelError, Result};

/// Whether an instrument is traded, read and shown in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SymbolStatus {
    /// Traded.
    Active,
    /// Not traded for the time being.
    Halted,
    /// Not traded any more.
    Delisted,
}

impl SymbolStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Halted, Self::Delisted];

    /// The word it is stored under, such as `active`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Halted => "halted",
            Self::Delisted => "delisted",
        }
    }
}

impl fmt::Display for SymbolStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for SymbolStatus {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
            ModelError::UnknownWord {
                what: "status",
                text: text.to_owned(),
                known: Self::ALL.map(Self::as_str).join(", "),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_reads_as_it_prints() {
        for status in SymbolStatus::ALL {
            assert_eq!(status.to_string().parse::<SymbolStatus>().unwrap(), status);
        }
    }

    #[test]
    fn an_unknown_status_is_named_with_the_known_ones() {
        let error = "gone".parse::<SymbolStatus>().unwrap_err().to_string();
        assert!(error.contains("status \"gone\"") && error.contains("halted, delisted"), "{error}");
    }
}
