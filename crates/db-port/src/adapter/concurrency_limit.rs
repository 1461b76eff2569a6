//! How many requests of an executor run at the same time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::{DbError, Phase, Result};

/// Permits for requests that run at the same time.
#[derive(Debug, Clone)]
pub struct ConcurrencyLimit {
    permits: Arc<Semaphore>,
    size: usize,
    acquire_timeout: Duration,
}

/// The right to run one request. It is given back when dropped.
#[derive(Debug)]
pub struct Permit(
    #[expect(dead_code, reason = "held, and given back when dropped")] OwnedSemaphorePermit,
);

impl ConcurrencyLimit {
    /// At least one permit, at most as many as a semaphore can count. Whoever finds none waits for
    /// `acquire_timeout`.
    #[must_use]
    pub fn new(permits: usize, acquire_timeout: Duration) -> Self {
        let size = permits.clamp(1, Semaphore::MAX_PERMITS);
        Self { permits: Arc::new(Semaphore::new(size)), size, acquire_timeout }
    }

    /// Waits for a permit, at most `acquire_timeout` and what the caller's deadline leaves. Those
    /// who wait are served in order.
    ///
    /// # Errors
    /// [`DbError::Timeout`] in [`Phase::PermitWait`].
    ///
    /// # Cancel safety
    /// When the future is dropped, the wait is over and no permit is lost; the place in the queue is.
    pub async fn acquire(&self, left: Option<Duration>) -> Result<Permit> {
        let limit = left.map_or(self.acquire_timeout, |left| left.min(self.acquire_timeout));
        match timeout(limit, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Permit(permit)),
            Ok(Err(_)) => Err(DbError::Closed),
            Err(_) => {
                let phase = Phase::PermitWait { in_use: self.size };
                Err(DbError::Timeout { phase, limit })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(3);

    #[tokio::test(start_paused = true)]
    async fn at_the_limit_the_error_says_how_many_permits_are_in_use_after_the_wait() {
        let limit = ConcurrencyLimit::new(2, WAIT);
        let permits = [limit.acquire(None).await.unwrap(), limit.acquire(None).await.unwrap()];
        let error = limit.acquire(None).await.unwrap_err();
        let expected = DbError::Timeout { phase: Phase::PermitWait { in_use: 2 }, limit: WAIT };
        assert_eq!(error.to_string(), expected.to_string());
        drop(permits);
        limit.acquire(None).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn the_callers_deadline_may_be_shorter() {
        let limit = ConcurrencyLimit::new(1, WAIT);
        let _permit = limit.acquire(None).await.unwrap();
        let left = Duration::from_millis(7);
        let error = limit.acquire(Some(left)).await.unwrap_err();
        assert!(matches!(error, DbError::Timeout { limit, .. } if limit == left), "{error:?}");
    }

    #[tokio::test]
    async fn there_is_always_a_permit_to_wait_for() {
        let limit = ConcurrencyLimit::new(0, Duration::ZERO);
        let _permit = limit.acquire(None).await.unwrap();
        limit.acquire(None).await.unwrap_err();
    }
}
