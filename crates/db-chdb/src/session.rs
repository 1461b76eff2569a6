//! What an open executor works with.

use std::sync::Arc;

use db_port::adapter::ConcurrencyLimit;

use crate::config::ChdbConfig;
use crate::drain::Drain;
use crate::engine::Engine;

/// A share in all that lives from an opening of the executor to its closing.
///
/// It keeps the engine open, and the last one to be dropped shuts it down, which blocks: whoever
/// waits for the engine's work holds none.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) config: Arc<ChdbConfig>,
    pub(crate) engine: Arc<Engine>,
    pub(crate) limit: ConcurrencyLimit,
    pub(crate) drain: Arc<Drain>,
}
