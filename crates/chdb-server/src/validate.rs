//! Whether a configuration can work.

use std::path::Path;

use crate::config::ServerConfig;
use crate::error::Error;
use crate::user::{Access, User};

impl ServerConfig {
    /// With a user, and checked.
    pub(crate) fn complete(mut self) -> Result<Self, Error> {
        if self.users.is_empty() {
            self.users.push(User::generated("candlehouse"));
        }
        self.check()?;
        Ok(self)
    }

    /// Whether somebody may reach what is outside the store. The engine does not ask who calls its
    /// function `file`, so that this is a matter of the whole server.
    pub(crate) fn is_open_to_files(&self) -> bool {
        self.users.iter().any(|user| user.access == Access::Everything)
    }

    fn check(&self) -> Result<(), Error> {
        let refuse = |key, reason: String| Err(Error::Configuration { key, reason });
        for (position, user) in self.users.iter().enumerate() {
            user.check()?;
            if self.users[..position].iter().any(|other| other.name == user.name) {
                return refuse("user", format!("{} is there twice", user.name));
            }
        }
        if let Some(tcp) = self.tcp.filter(|tcp| tcp.ip() != self.http.ip()) {
            return refuse(
                "tcp",
                format!(
                    "the server listens on one host with all its ports: {} is not {}",
                    tcp.ip(),
                    self.http.ip()
                ),
            );
        }
        let open = self.users.iter().find(|user| user.password().is_none() && !user.loopback_only);
        if let Some(user) = open.filter(|_| !self.http.ip().is_loopback()) {
            return refuse(
                "password",
                format!(
                    "{} has none, and {} can be reached from elsewhere: give a password, or listen \
                     on a loopback address",
                    user.name,
                    self.http.ip()
                ),
            );
        }
        for (name, value) in &self.macros {
            let word = |text: &str| {
                !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            };
            if !word(name) || !word(value) {
                return refuse(
                    "macro",
                    format!("{name:?} = {value:?} must be letters, digits and _"),
                );
            }
        }
        for cluster in &self.clusters {
            cluster.check()?;
        }
        for (key, path) in [("log", &self.log), ("backups", &self.backups)] {
            if path.as_deref().is_some_and(|path| !fits_into_xml(path)) {
                return refuse(key, format!("{path:?} must be UTF-8 without control characters"));
            }
        }
        Ok(())
    }
}

/// Whether the server reads the same path from its configuration.
pub(crate) fn fits_into_xml(path: &Path) -> bool {
    path.to_str().is_some_and(|text| !text.chars().any(char::is_control) && text.trim() == text)
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn refusal(config: ServerConfig) -> String {
        config.complete().unwrap_err().to_string()
    }

    #[test]
    fn a_server_has_a_user_with_a_password_unless_told_otherwise() {
        let config = ServerConfig::temporary().complete().unwrap();
        assert!(config.http.ip().is_loopback());
        assert!(config.users[0].password().is_some());
    }

    #[test]
    fn nobody_listens_to_the_world_without_a_password() {
        let anywhere = SocketAddr::from(([0, 0, 0, 0], 8123));
        let open = ServerConfig::temporary().with_user(User::without_password("u"));
        open.clone().complete().unwrap();
        assert!(refusal(open.clone().with_http(anywhere)).contains("password: u has none"));
        let closed = ServerConfig::temporary().with_http(anywhere).with_user(User::new("u", "p"));
        closed.clone().complete().unwrap();
        let local = User::without_password("local").from_loopback_only();
        closed.with_user(local).complete().unwrap();
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        let base = ServerConfig::temporary;
        let twice = base().with_user(User::new("u", "p")).with_user(User::new("u", "q"));
        assert!(refusal(twice).contains("u is there twice"));
        let elsewhere = SocketAddr::from(([127, 0, 0, 2], 0));
        assert!(refusal(base().with_tcp(elsewhere)).contains("tcp: "));
        assert!(refusal(base().with_log("a\nb")).contains("log: "));
        assert!(refusal(base().with_macro("a b", "c")).contains("macro: "));
    }
}
