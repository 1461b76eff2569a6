//! Whether an attempt still waits for its connection.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use db_port::{DbError, Phase};

use crate::policy::failure::Failure;

tokio::task_local! {
    static CURRENT: ConnectPhase;
}

/// Of one attempt. The HTTP client opens its connection out of sight.
#[derive(Debug, Clone)]
pub(crate) struct ConnectPhase {
    open: Arc<AtomicBool>,
    left: Option<Duration>,
}

impl ConnectPhase {
    /// Of an attempt with so much time left.
    pub(crate) fn new(left: Option<Duration>) -> Self {
        Self { open: Arc::new(AtomicBool::new(true)), left }
    }

    /// That of the attempt that is being polled, if there is one.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    pub(crate) async fn watch<T>(&self, attempt: impl Future<Output = T>) -> T {
        CURRENT.scope(self.clone(), attempt).await
    }

    pub(crate) const fn left(&self) -> Option<Duration> {
        self.left
    }

    /// A connection is being opened, or no longer.
    pub(crate) fn set(&self, under_way: bool) {
        self.open.store(!under_way, Ordering::Relaxed);
    }

    /// Names the right phase of a query that was too late before its connection was open. A guess,
    /// since the request may have gone out over another connection meanwhile: it decides nothing.
    pub(crate) fn explain(&self, failure: Failure) -> Failure {
        let waited = !self.open.load(Ordering::Relaxed);
        match failure.error {
            DbError::Timeout { phase: Phase::Request, limit } if waited => {
                Failure { error: DbError::Timeout { phase: Phase::Connect, limit }, ..failure }
            }
            error => Failure { error, ..failure },
        }
    }
}
