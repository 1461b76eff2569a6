//! What a proxy and its connections know together.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::message::Request;
use super::rules::{Fault, Rules};

pub(crate) struct Shared {
    pub(crate) state: Mutex<State>,
    /// How many requests the server is at work on.
    pub(crate) busy: watch::Sender<usize>,
}

pub(crate) struct State {
    pub(crate) server: SocketAddr,
    pub(crate) rules: Rules,
    pub(crate) connections: usize,
    pub(crate) open: usize,
    pub(crate) seen: Vec<(Request, Fault)>,
    /// The last answer that came whole from the server.
    pub(crate) answer: Vec<u8>,
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
