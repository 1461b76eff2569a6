//! A user of the server, and what it may do.

use std::fmt;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::error::Error;

/// What a user of the server may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Read tables, and set settings for that.
    Read,
    /// Also make and drop databases and tables, store, change and delete, and end queries. Nothing
    /// outside the store: no files, no URLs, no programs.
    ReadWrite,
    /// Everything that the server can, which is to read and write files of this machine and to
    /// reach other hosts with the rights of the process. On a server with such a user, all users can
    /// read files by the function `file`, which asks nobody who calls it.
    Everything,
}

/// Somebody who can log in.
#[derive(Clone)]
pub struct User {
    pub(crate) name: String,
    pub(crate) secret: Secret,
    pub(crate) access: Access,
    pub(crate) loopback_only: bool,
    pub(crate) settings: Vec<(String, String)>,
    pub(crate) quota: Option<(u64, Duration)>,
}

/// How a user proves to be one.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Secret {
    None,
    Password(String),
}

impl User {
    /// A user who may read and write, with a password of any characters.
    pub fn new(name: impl Into<String>, password: impl Into<String>) -> Self {
        Self::with_secret(name.into(), Secret::Password(password.into()))
    }

    /// A user who may read and write and needs no password. A server with one listens on loopback
    /// only.
    pub fn without_password(name: impl Into<String>) -> Self {
        Self::with_secret(name.into(), Secret::None)
    }

    /// A user with a password that nobody knows but who asks [`Server::url`](crate::Server::url).
    pub fn generated(name: impl Into<String>) -> Self {
        Self::new(name, random_password())
    }

    const fn with_secret(name: String, secret: Secret) -> Self {
        Self {
            name,
            secret,
            access: Access::ReadWrite,
            loopback_only: false,
            settings: Vec::new(),
            quota: None,
        }
    }

    /// What the user may do; [`Access::ReadWrite`] unless it is said.
    #[must_use]
    pub const fn with_access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Lets the user log in from this machine only, wherever the server listens.
    #[must_use]
    pub const fn from_loopback_only(mut self) -> Self {
        self.loopback_only = true;
        self
    }

    /// A setting of ClickHouse for all that the user runs, such as `max_memory_usage` in bytes.
    #[must_use]
    pub fn with_setting(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.settings.push((name.into(), value.to_string()));
        self
    }

    /// At most so many queries in each interval of that length; more are refused with code 201.
    #[must_use]
    pub const fn with_quota(mut self, queries: u64, interval: Duration) -> Self {
        self.quota = Some((queries, interval));
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let refuse = |key, reason: String| Err(Error::Configuration { key, reason });
        // The name becomes the name of an XML element, in a file and in keys with dots between.
        let begins = |c: char| c.is_alphabetic() || c == '_';
        let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        if !self.name.starts_with(begins) || !self.name.chars().all(goes_on) {
            return refuse(
                "user",
                format!(
                    "{:?} must begin with a letter or _, and go on with letters, digits, _, - and .",
                    self.name
                ),
            );
        }
        if self.name == "default" {
            return refuse(
                "user",
                "default is the server's own session, which nobody else can use; choose another \
                 name"
                    .into(),
            );
        }
        if self.secret == Secret::Password(String::new()) {
            return refuse("password", format!("that of {} is empty", self.name));
        }
        for (name, value) in &self.settings {
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(word) {
                return refuse("setting", format!("{name:?} is no name of a setting"));
            }
            if value.chars().any(char::is_control) {
                return refuse("setting", format!("the value of {name} has control characters"));
            }
        }
        if self.quota.is_some_and(|(_, interval)| interval.as_secs() == 0) {
            return refuse("quota", "its interval must be at least a second".into());
        }
        Ok(())
    }

    pub(crate) fn password(&self) -> Option<&str> {
        match &self.secret {
            Secret::None => None,
            Secret::Password(password) => Some(password),
        }
    }

    pub(crate) fn password_sha256(&self) -> Option<String> {
        let digest = Sha256::digest(self.password()?);
        Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// 244 random bits, from the system.
fn random_password() -> String {
    let words = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
    words.iter().map(|word| word.simple().to_string()).collect()
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("name", &self.name)
            .field("has_password", &self.password().is_some())
            .field("access", &self.access)
            .field("loopback_only", &self.loopback_only)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_be_markup_are_refused_and_others_are_not() {
        for name in ["jts", "a.b", "jé", "_x-1", "Ünïcode", "x9"] {
            User::new(name, "p").check().unwrap();
        }
        for name in ["", "9x", "a b", "a<b", "a/b", "a:b", "a\"", "a&b", "-a", "[1]", "default"] {
            let error = User::new(name, "p").check().unwrap_err().to_string();
            assert!(error.starts_with("invalid configuration of user: "), "{error}");
        }
    }

    #[test]
    fn an_empty_password_is_refused_and_no_password_is_shown() {
        assert!(User::new("u", "").check().unwrap_err().to_string().contains("password"));
        let user = User::new("u", "hunter2");
        assert!(!format!("{user:?}").contains("hunter2"));
        // printf hunter2 | sha256sum
        let sum = "f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7";
        assert_eq!(user.password_sha256().unwrap(), sum);
    }

    #[test]
    fn generated_passwords_are_long_and_never_the_same() {
        let password = |user: User| user.password().unwrap().to_owned();
        let (one, other) = (password(User::generated("u")), password(User::generated("u")));
        assert_eq!(one.len(), 64);
        assert_ne!(one, other);
    }
}
