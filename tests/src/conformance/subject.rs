//! What a behaviour is shown on: an executor, and what the other side sees of it.

use std::fmt;
use std::ops::Deref;

use db_port::QueryExecutor;

/// What the other side of an executor sees of it: the server of its connections, or the folder of
/// its engine.
pub trait Peer: Send + Sync {
    /// How many connections are open now.
    fn open(&self) -> usize;

    /// How many connections were opened so far. One that is closed again may be forgotten.
    fn opened(&self) -> usize;
}

/// An executor that was never used and has [`PERMITS`](super::PERMITS), on an empty database of its
/// own, and what the other side sees of it.
pub struct Subject {
    executor: Box<dyn QueryExecutor>,
    peer: Box<dyn Peer>,
}

impl Subject {
    /// A subject whose connections `peer` sees. What its database needs lives as long as the peer.
    pub fn new(executor: impl QueryExecutor, peer: impl Peer + 'static) -> Self {
        Self { executor: Box::new(executor), peer: Box::new(peer) }
    }

    /// What the other side sees.
    #[must_use]
    pub fn peer(&self) -> &dyn Peer {
        &*self.peer
    }
}

impl Deref for Subject {
    type Target = dyn QueryExecutor;

    fn deref(&self) -> &Self::Target {
        &*self.executor
    }
}

/// For behaviours of which the other side sees nothing.
impl<'a> From<&'a Subject> for &'a dyn QueryExecutor {
    fn from(subject: &'a Subject) -> Self {
        &**subject
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.executor.fmt(f)
    }
}
