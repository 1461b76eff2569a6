use std::future::Future;
use std::time::Duration;

use db_port::{DbError, Phase, Result};
use tokio::time::{Instant, timeout_at};

/// Longer than anyone waits, and short enough to be added to any moment.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// How long one request may take.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limits {
    /// Each wait for the server has this limit.
    Silence(Duration),
    /// Everything ends at this moment, which was this far away at the start.
    Total(Instant, Duration),
}

impl Limits {
    /// The caller's own limit, counted from now, or else the one on silence.
    pub(crate) fn new(own: Option<Duration>, silence: Duration) -> Self {
        match own.map(|limit| limit.min(A_YEAR)) {
            Some(limit) => Self::Total(Instant::now() + limit, limit),
            None => Self::Silence(silence.min(A_YEAR)),
        }
    }

    /// Waits for `work` as long as the limits allow.
    pub(crate) async fn hold<T>(
        &self,
        phase: Phase,
        work: impl Future<Output = T> + Send,
    ) -> Result<T> {
        timeout_at(Instant::now() + self.left(), work).await.map_err(|_| self.exceeded(phase))
    }

    /// How long the next wait may be.
    pub(crate) fn left(&self) -> Duration {
        match self {
            Self::Silence(limit) => *limit,
            Self::Total(end, _) => end.saturating_duration_since(Instant::now()),
        }
    }

    /// The caller's own limit.
    pub(crate) const fn own(&self) -> Option<Duration> {
        match self {
            Self::Silence(_) => None,
            Self::Total(_, limit) => Some(*limit),
        }
    }

    pub(crate) const fn exceeded(&self, phase: Phase) -> DbError {
        let (Self::Silence(limit) | Self::Total(_, limit)) = *self;
        DbError::Timeout { phase, limit }
    }
}
