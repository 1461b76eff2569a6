//! Names that cannot change a statement.

use std::borrow::Cow;
use std::fmt;

use crate::error::{DbError, Result};

/// The name of a table, database, column, parameter or setting, proven harmless.
///
/// Letters, digits and underscores, not starting with a digit, 1 to 128 bytes long. Such a name
/// needs no quoting and cannot change the meaning of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier(Cow<'static, str>);

impl Identifier {
    /// The longest name in bytes.
    pub const MAX_LEN: usize = 128;

    /// Checks `name` and wraps it.
    ///
    /// # Errors
    /// [`DbError::InvalidInput`] that quotes the name and states the rule.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Result<Self> {
        let name = name.into();
        if Self::is_valid(&name) {
            return Ok(Self(name));
        }
        Err(DbError::InvalidInput {
            what: format!("identifier {name:.130?}"),
            reason: format!(
                "a name has 1 to {} letters, digits or underscores and does not start with a digit",
                Self::MAX_LEN
            ),
        })
    }

    /// Wraps a name known when the program is written.
    ///
    /// # Panics
    /// If the name breaks the rule; in a `const` that is a compile error.
    #[must_use]
    pub const fn from_static(name: &'static str) -> Self {
        assert!(Self::is_valid(name), "not a valid identifier");
        Self(Cow::Borrowed(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    const fn is_valid(name: &str) -> bool {
        let bytes = name.as_bytes();
        if bytes.is_empty() || bytes.len() > Self::MAX_LEN || bytes[0].is_ascii_digit() {
            return false;
        }
        let mut i = 0;
        while i < bytes.len() {
            if !(bytes[i].is_ascii_alphanumeric() || bytes[i] == b'_') {
                return false;
            }
            i += 1;
        }
        true
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Identifier {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_change_a_statement_are_refused() {
        for name in ["", "1st", "a-b", "a b", "a;", "a`", "a\"", "a.b", "é", "a\0"] {
            let error = Identifier::new(name).unwrap_err().to_string();
            assert!(error.contains("letters, digits or underscores"), "{name:?}: {error}");
        }
        assert!(Identifier::new("x".repeat(129)).is_err());
    }

    #[test]
    fn ordinary_names_are_kept_as_they_are() {
        for name in ["candles", "_x", "A1_b"] {
            let identifier = Identifier::new(name).unwrap();
            assert_eq!((identifier.as_str(), identifier.as_ref()), (name, name));
            assert_eq!(identifier.to_string(), name);
        }
        assert!(Identifier::new("x".repeat(128)).is_ok());
    }
}
