//! The work of a session that is under way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use db_port::{DbError, Result};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::work::Work;

/// Knows the work of a session from its beginning until it has left the engine.
pub(crate) struct UnderWay {
    closed: CancellationToken,
    /// The parent of what cancels each piece of work.
    ending: CancellationToken,
    tracker: TaskTracker,
    all: Mutex<Vec<Weak<Work>>>,
}

impl UnderWay {
    pub(crate) fn new() -> Self {
        Self {
            closed: CancellationToken::new(),
            ending: CancellationToken::new(),
            tracker: TaskTracker::new(),
            all: Mutex::default(),
        }
    }

    /// New work, which is under way until the token is dropped.
    pub(crate) fn begin(&self) -> Result<(Arc<Work>, TaskTrackerToken)> {
        let mut all = self.all();
        if self.closed.is_cancelled() {
            return Err(DbError::Closed);
        }
        all.retain(|work| work.strong_count() > 0);
        let work = Arc::new(Work::new(self.ending.child_token()));
        all.push(Arc::downgrade(&work));
        Ok((work, self.tracker.token()))
    }

    /// From now on no work begins.
    pub(crate) fn close(&self) {
        let _all = self.all();
        self.closed.cancel();
        self.tracker.close();
    }

    /// Waits until no work begins any more.
    pub(crate) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    /// Waits until no work is under way, after [`Self::close`].
    pub(crate) async fn ended(&self) {
        self.tracker.wait().await;
    }

    /// Cancels all work, and returns it, for the engine to be told.
    pub(crate) fn cancel(&self) -> Vec<Arc<Work>> {
        self.ending.cancel();
        self.all().iter().filter_map(Weak::upgrade).collect()
    }

    fn all(&self) -> MutexGuard<'_, Vec<Weak<Work>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
