//! How far a piece of the engine's work has come, for its thread and for its caller.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::drain::Drain;

/// What the thread that works and the caller who waits know of each other.
pub(crate) struct Lifecycle {
    cancelled: AtomicBool,
    stage: Mutex<Stage>,
    end: Condvar,
    drain: Arc<Drain>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Somebody waits for the work.
    Awaited,
    /// Nobody does any more.
    Abandoned,
    Ended,
}

impl Lifecycle {
    pub(crate) const fn new(drain: Arc<Drain>) -> Self {
        Self {
            cancelled: AtomicBool::new(false),
            stage: Mutex::new(Stage::Awaited),
            end: Condvar::new(),
            drain,
        }
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    /// Nobody waits any more. Whether somebody did until now, with the work still going on.
    pub(crate) fn abandon(&self) -> bool {
        let mut stage = self.stage();
        let was_awaited = *stage == Stage::Awaited;
        if was_awaited {
            *stage = Stage::Abandoned;
            self.drain.begin();
        }
        was_awaited
    }

    pub(crate) fn end(&self) {
        let before = std::mem::replace(&mut *self.stage(), Stage::Ended);
        if before == Stage::Abandoned {
            self.drain.end();
        }
        self.end.notify_all();
    }

    /// Calls `attempt` again and again, with this pause, until the work ends, which it cannot do
    /// during an attempt.
    pub(crate) fn until_ended(&self, pause: Duration, attempt: impl Fn()) {
        let mut stage = self.stage();
        while *stage != Stage::Ended {
            attempt();
            let waited = self.end.wait_timeout(stage, pause);
            stage = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
