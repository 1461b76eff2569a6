use std::future::Future;
use std::time::Duration;

use db_port::{DbError, Phase};
use tokio::time::{Instant, timeout_at};

use crate::failure::{Failure, FailureClass};

/// Longer than anyone waits, and short enough to be added to any moment.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// How much of its limit a request leaves to the server, so that the server's own answer arrives
/// in time.
const SERVERS_SHARE: f64 = 0.95;

/// How long one call may take: one deadline for all that it does, if the caller gave one, and a
/// limit on each silence of the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    begin: Instant,
    deadline: Option<Deadline>,
    silence: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Deadline {
    end: Instant,
    total: Duration,
}

impl Limits {
    /// Counted from now.
    pub(crate) fn new(own: Option<Duration>, silence: Duration) -> Self {
        let begin = Instant::now();
        let deadline = own.map(|total| {
            let total = total.min(A_YEAR);
            Deadline { end: begin + total, total }
        });
        Self { begin, deadline, silence: silence.min(A_YEAR) }
    }

    /// How long the next wait for the server may be.
    pub(crate) fn next_wait(&self) -> Duration {
        self.left().map_or(self.silence, |left| left.min(self.silence))
    }

    /// What is left until the caller's deadline.
    pub(crate) fn left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.end.saturating_duration_since(Instant::now()))
    }

    /// The moment after which no further attempt may begin, without a deadline `patience` after the
    /// call began.
    pub(crate) fn last_attempt(&self, patience: Duration) -> Instant {
        self.deadline.map_or(self.begin + patience.min(A_YEAR), |deadline| deadline.end)
    }

    /// The seconds that the server may work for the caller, who gave a deadline.
    pub(crate) fn servers_deadline(&self) -> Option<f64> {
        self.left().map(servers_share)
    }

    /// The seconds that the server may work before it answers.
    pub(crate) fn servers_next_wait(&self) -> f64 {
        servers_share(self.next_wait())
    }

    /// Waits for `work` as long as the limits allow.
    pub(crate) async fn hold<T>(
        &self,
        phase: Phase,
        work: impl Future<Output = T> + Send,
    ) -> Result<T, Failure> {
        timeout_at(Instant::now() + self.next_wait(), work)
            .await
            .map_err(|_| Failure::new(self.class_of_timeout(), self.exceeded(phase)))
    }

    /// The error for the limit that has just run out.
    pub(crate) fn exceeded(&self, phase: Phase) -> DbError {
        let limit = match self.deadline {
            Some(deadline) if self.is_over() || deadline.total <= self.silence => deadline.total,
            _ => self.silence,
        };
        DbError::Timeout { phase, limit }
    }

    /// Whether there is time for another attempt after a wait that was too long.
    pub(crate) fn class_of_timeout(&self) -> FailureClass {
        if self.is_over() { FailureClass::Final } else { FailureClass::NoAnswer }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.left().is_some_and(|left| left.is_zero())
    }
}

fn servers_share(wait: Duration) -> f64 {
    (wait.as_secs_f64() * SERVERS_SHARE).max(1e-6)
}
