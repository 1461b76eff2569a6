use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Counts the work of one executor that nobody waits for any more, but that still uses the engine.
#[derive(Default)]
pub(crate) struct Departures {
    leaving: Mutex<usize>,
    changed: Condvar,
}

impl Departures {
    pub(crate) fn begin(&self) {
        *self.leaving() += 1;
    }

    pub(crate) fn end(&self) {
        *self.leaving() -= 1;
        self.changed.notify_all();
    }

    /// Blocks until all of it has left the engine.
    pub(crate) fn wait(&self) {
        let mut leaving = self.leaving();
        while *leaving > 0 {
            leaving = self.changed.wait(leaving).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn leaving(&self) -> MutexGuard<'_, usize> {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
