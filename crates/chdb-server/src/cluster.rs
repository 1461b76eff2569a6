//! A cluster, as a server's configuration names it.

use std::fmt;
use std::net::SocketAddr;

use crate::error::Error;

/// A cluster: shards with replicas, as a server's configuration names them.
///
/// Every server of it is given the same one, so the native ports have to be chosen before.
#[derive(Clone)]
pub struct Cluster {
    pub(crate) name: String,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) shards: Vec<Vec<SocketAddr>>,
    pub(crate) internal_replication: bool,
}

impl Cluster {
    /// A cluster without shards, whose servers enter each other as `user`.
    pub fn new(
        name: impl Into<String>,
        user: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            user: user.into(),
            password: password.into(),
            shards: Vec::new(),
            internal_replication: false,
        }
    }

    /// A further shard: the native addresses of its replicas.
    #[must_use]
    pub fn with_shard(mut self, replicas: impl IntoIterator<Item = SocketAddr>) -> Self {
        self.shards.push(replicas.into_iter().collect());
        self
    }

    /// Leaves it to the tables to fill the other replicas of a shard, as replicated ones do. Else
    /// a `Distributed` table writes to each of them.
    #[must_use]
    pub const fn with_internal_replication(mut self) -> Self {
        self.internal_replication = true;
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let refuse = |reason: String| Err(Error::Configuration { key: "cluster", reason });
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !self.name.starts_with(|c: char| c.is_ascii_alphabetic()) || !self.name.chars().all(word)
        {
            return refuse(format!("{:?} must be letters, digits and _", self.name));
        }
        if self.shards.is_empty() || self.shards.iter().any(Vec::is_empty) {
            return refuse(format!("{} has no shard, or one without a replica", self.name));
        }
        if self.password.chars().any(char::is_control) || self.password.trim() != self.password {
            return refuse(format!(
                "its password of {} cannot be written into a configuration: use one without \
                 control characters and without spaces around it",
                self.user
            ));
        }
        Ok(())
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("name", &self.name)
            .field("user", &self.user)
            .field("shards", &self.shards)
            .finish_non_exhaustive()
    }
}
