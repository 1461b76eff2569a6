use secrecy::SecretString;

use super::ClickHouseConfig;

/// How the server knows who asks. `Debug` does not show the secrets.
#[derive(Debug, Clone)]
pub(crate) enum Authentication {
    Password { user: String, password: SecretString },
    Bearer(SecretString),
}

impl Default for Authentication {
    /// The user `default` without a password.
    fn default() -> Self {
        Self::Password { user: "default".into(), password: SecretString::default() }
    }
}

impl ClickHouseConfig {
    /// The user.
    #[must_use]
    pub fn with_user(mut self, name: impl Into<String>) -> Self {
        match &mut self.authentication {
            Authentication::Password { user, .. } => *user = name.into(),
            Authentication::Bearer(_) => self.token_and_password = true,
        }
        self
    }

    /// The user's password.
    #[must_use]
    pub fn with_password(mut self, secret: impl Into<String>) -> Self {
        match &mut self.authentication {
            Authentication::Password { password, .. } => *password = secret.into().into(),
            Authentication::Bearer(_) => self.token_and_password = true,
        }
        self
    }

    /// A token (JWT) that says who asks, instead of user and password. Together with one of these
    /// it is refused.
    #[must_use]
    pub fn with_bearer_token(mut self, token: impl Into<String>) -> Self {
        self.token_and_password |= self.has_user_or_password();
        self.authentication = Authentication::Bearer(token.into().into());
        self
    }
}
