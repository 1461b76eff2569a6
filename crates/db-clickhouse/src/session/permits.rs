//! The permits for requests that run at the same time, counted in the metrics while they are held.

use std::time::Duration;

use db_port::Result;
use db_port::adapter::{ConcurrencyLimit, Permit};

use crate::telemetry;

pub(crate) struct Permits(ConcurrencyLimit);

/// Given back when dropped.
#[derive(Debug)]
pub(crate) struct HeldPermit {
    _permit: Permit,
}

impl Permits {
    pub(super) fn new(permits: usize, acquire_timeout: Duration) -> Self {
        Self(ConcurrencyLimit::new(permits, acquire_timeout))
    }

    /// Waits for a permit, at most as long as the configuration allows and as the caller has left.
    pub(crate) async fn acquire(&self, left: Option<Duration>) -> Result<HeldPermit> {
        let permit = self.0.acquire(left).await?;
        telemetry::permit_acquired();
        Ok(HeldPermit { _permit: permit })
    }
}

impl Drop for HeldPermit {
    fn drop(&mut self) {
        telemetry::permit_released();
    }
}
