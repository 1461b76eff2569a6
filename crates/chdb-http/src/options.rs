use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// How to run the server.
#[derive(Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder with the data, made if it is missing; without it they are in memory.
    pub path: Option<PathBuf>,
    /// The only user.
    pub user: String,
    /// Its password.
    pub password: String,
    /// A token that stands for the user, as `Authorization: Bearer`.
    pub token: Option<String>,
    /// How many queries may run at once.
    pub max_concurrent_queries: usize,
    /// The engine's library; without it, it is looked for where `db-chdb` looks.
    pub library: Option<PathBuf>,
}

impl Default for Options {
    /// Loopback, port 8123, in memory, user `default` without a password, 100 queries at once.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8123)),
            path: None,
            user: "default".into(),
            password: String::new(),
            token: None,
            max_concurrent_queries: 100,
            library: None,
        }
    }
}

impl fmt::Debug for Options {
    /// Without the password and the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("listen", &self.listen)
            .field("path", &self.path)
            .field("user", &self.user)
            .field("max_concurrent_queries", &self.max_concurrent_queries)
            .field("library", &self.library)
            .finish_non_exhaustive()
    }
}
