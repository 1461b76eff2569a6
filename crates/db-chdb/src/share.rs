//! A share in the engine that async code may hold.

use std::sync::{Arc, Weak};

use tokio::runtime::Handle;

use crate::engine::Engine;

/// A share in the engine. Wherever it is dropped, the engine shuts down on a thread that may block.
pub(crate) struct Share(Option<Arc<Engine>>);

impl Share {
    pub(crate) fn new(engine: Engine) -> Self {
        Self(Some(Arc::new(engine)))
    }

    /// What does not keep the engine open.
    pub(crate) fn downgrade(&self) -> Weak<Engine> {
        self.0.as_ref().map_or_else(Weak::new, Arc::downgrade)
    }

    /// Gives the share back. Blocks if it is the last one.
    pub(crate) fn give_back(mut self) {
        self.0 = None;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let Some(engine) = self.0.take() else {
            return;
        };
        if let Ok(runtime) = Handle::try_current() {
            // The runtime waits for it before it ends.
            runtime.spawn_blocking(move || drop(engine));
        }
    }
}
