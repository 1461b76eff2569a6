use std::sync::Arc;
use std::time::Duration;

use db_port::{DbError, Phase, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::telemetry;

/// The places for requests that run at the same time.
pub(crate) struct Pool {
    places: Arc<Semaphore>,
    size: usize,
    wait: Duration,
}

/// A place, given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Pool {
    pub(crate) fn new(size: usize, wait: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(size)), size, wait }
    }

    /// Waits for a place, at most as long as the pool allows and as the caller has left.
    pub(crate) async fn place(&self, left: Option<Duration>) -> Result<Place> {
        let limit = left.map_or(self.wait, |left| left.min(self.wait));
        match timeout(limit, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(permit)) => {
                telemetry::place_taken();
                Ok(Place { _permit: permit })
            }
            Ok(Err(_)) => Err(DbError::Closed),
            Err(_) => {
                let phase = Phase::PermitWait { in_use: self.size };
                Err(DbError::Timeout { phase, limit })
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        telemetry::place_freed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(3);

    #[tokio::test(start_paused = true)]
    async fn a_full_pool_says_how_many_are_busy_after_its_own_wait() {
        let pool = Pool::new(2, WAIT);
        let places = [pool.place(None).await.unwrap(), pool.place(None).await.unwrap()];
        let full = DbError::Timeout { phase: Phase::PermitWait { in_use: 2 }, limit: WAIT };
        assert_eq!(pool.place(None).await.unwrap_err().to_string(), full.to_string());
        drop(places);
        pool.place(None).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn the_callers_deadline_may_be_shorter() {
        let pool = Pool::new(1, WAIT);
        let _place = pool.place(None).await.unwrap();
        let left = Duration::from_millis(7);
        let error = pool.place(Some(left)).await.unwrap_err();
        assert!(matches!(error, DbError::Timeout { limit, .. } if limit == left), "{error:?}");
    }
}
