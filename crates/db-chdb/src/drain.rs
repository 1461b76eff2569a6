//! Work that nobody waits for any more and that still uses the engine.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Counts the abandoned work of one executor, so that closing can wait for its end.
#[derive(Default)]
pub(crate) struct Drain {
    abandoned: Mutex<usize>,
    changed: Condvar,
}

impl Drain {
    pub(crate) fn begin(&self) {
        *self.abandoned() += 1;
    }

    pub(crate) fn end(&self) {
        *self.abandoned() -= 1;
        self.changed.notify_all();
    }

    /// Blocks until all of it has left the engine.
    pub(crate) fn wait(&self) {
        let mut abandoned = self.abandoned();
        while *abandoned > 0 {
            abandoned = self.changed.wait(abandoned).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn abandoned(&self) -> MutexGuard<'_, usize> {
        self.abandoned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
