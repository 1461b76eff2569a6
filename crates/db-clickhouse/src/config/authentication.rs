//! User and password, or an access token.

use secrecy::{ExposeSecret, SecretString};

/// `Debug` does not show the secrets.
#[derive(Debug, Clone)]
pub(crate) enum Authentication {
    Password { user: String, password: SecretString },
    AccessToken(SecretString),
}

impl Default for Authentication {
    /// The user `default` without a password.
    fn default() -> Self {
        Self::Password { user: "default".into(), password: SecretString::default() }
    }
}

impl Authentication {
    /// Whether it is more than the default.
    pub(in crate::config) fn is_user_or_password(&self) -> bool {
        match self {
            Self::Password { user, password } => {
                user != "default" || !password.expose_secret().is_empty()
            }
            Self::AccessToken(_) => false,
        }
    }
}
