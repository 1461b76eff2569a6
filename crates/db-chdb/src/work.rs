//! A piece of the engine's work, as all who have to do with it know it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// What the thread that does the work, the caller who waits for it and the killer share.
pub(crate) struct Work {
    id: String,
    cancelled: CancellationToken,
    ended: Mutex<bool>,
}

impl Work {
    /// Work that has not ended. `cancelled` is its own.
    pub(crate) fn new(cancelled: CancellationToken) -> Self {
        let id = format!("candlehouse-{}", uuid::Uuid::new_v4());
        Self { id, cancelled, ended: Mutex::new(false) }
    }

    /// The name under which the engine knows the work, as `log_comment`.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Tells the thread that nobody wants the work any more.
    pub(crate) fn cancel(&self) {
        self.cancelled.cancel();
    }

    pub(crate) const fn cancelled(&self) -> &CancellationToken {
        &self.cancelled
    }

    /// Waits while somebody tries to kill the work.
    pub(crate) fn end(&self) {
        *self.ended() = true;
    }

    /// Makes an attempt to kill the work, which cannot end meanwhile. Whether it has not ended.
    pub(crate) fn attempt_unless_ended(&self, attempt: impl FnOnce()) -> bool {
        let ended = self.ended();
        if !*ended {
            attempt();
        }
        !*ended
    }

    fn ended(&self) -> MutexGuard<'_, bool> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
