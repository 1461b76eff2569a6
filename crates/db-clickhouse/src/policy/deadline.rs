//! How long a call, and each wait in it, may take.

use std::future::Future;
use std::time::Duration;

use db_port::{DbError, Phase};
use tokio::time::{Instant, timeout, timeout_at};

use super::failure::{Failure, FailureClass};
use crate::config::at_most_a_year;

/// How much of its limit a request leaves to the server, so that the server's own answer arrives
/// in time.
const SERVERS_SHARE: f64 = 0.95;

const CONNECTING_SHARE: f64 = 0.9;

/// Until the caller's time limit, if there is one, for all that the call does; else as long as the
/// server is not silent for too long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    begin: Instant,
    callers: Option<CallersLimit>,
    silence: Duration,
    attempt: Option<Duration>,
}

#[derive(Debug, Clone, Copy)]
struct CallersLimit {
    end: Instant,
    total: Duration,
}

impl Deadline {
    /// Counted from now. `own` is the caller's limit; `attempt` is how long one attempt may wait
    /// for its answer to begin, zero for any time.
    pub(crate) fn new(own: Option<Duration>, silence: Duration, attempt: Duration) -> Self {
        let attempt = (attempt > Duration::ZERO).then_some(attempt);
        let begin = Instant::now();
        let callers = own.map(|total| {
            let total = at_most_a_year(total);
            CallersLimit { end: begin + total, total }
        });
        Self { begin, callers, silence, attempt }
    }

    /// How long the next wait for the server may be.
    pub(crate) fn next_wait(&self, phase: Phase) -> Duration {
        let limit = self.left().unwrap_or(self.silence);
        match self.attempt {
            Some(attempt) if phase != Phase::Stream => limit.min(attempt),
            _ => limit,
        }
    }

    /// What is left until the caller's deadline.
    pub(crate) fn left(&self) -> Option<Duration> {
        self.callers.map(|callers| callers.end.saturating_duration_since(Instant::now()))
    }

    /// How long a request may wait for its connection when `servers` may have to be tried one after
    /// the other within the same wait. A little less than a limit that all of them share, so that
    /// who gave up first is known.
    pub(crate) fn connect_share(&self, servers: usize) -> Duration {
        let servers = u32::try_from(servers.max(1)).unwrap_or(u32::MAX);
        match self.left().into_iter().chain(self.attempt).min() {
            Some(wait) => connecting_share(wait) / servers,
            None => self.silence,
        }
    }

    /// The moment after which no further attempt may begin, without a deadline `patience` after the
    /// call began.
    pub(crate) fn last_attempt(&self, patience: Duration) -> Instant {
        self.callers.map_or(self.begin + patience, |callers| callers.end)
    }

    /// The seconds that the server may work for the caller, who gave a deadline.
    pub(crate) fn servers_total(&self) -> Option<f64> {
        self.left().map(servers_share)
    }

    /// The seconds that the server may work before it answers.
    pub(crate) fn servers_next_wait(&self) -> f64 {
        servers_share(self.next_wait(Phase::Request))
    }

    /// Waits for `work` as long as the next wait may be.
    pub(crate) async fn hold<T>(
        &self,
        phase: Phase,
        work: impl Future<Output = T> + Send,
    ) -> Result<T, Failure> {
        timeout_at(Instant::now() + self.next_wait(phase), work)
            .await
            .map_err(|_| Failure::new(FailureClass::Ambiguous, self.exceeded(phase)))
    }

    /// Waits for all that an attempt does until its answer has begun, in however many waits.
    pub(crate) async fn hold_attempt<T>(
        &self,
        work: impl Future<Output = T> + Send,
    ) -> Result<T, Failure> {
        let Some(attempt) = self.attempt else { return Ok(work.await) };
        timeout(attempt, work)
            .await
            .map_err(|_| Failure::new(FailureClass::Ambiguous, self.exceeded(Phase::Request)))
    }

    /// The error for the limit that has just run out.
    pub(crate) fn exceeded(&self, phase: Phase) -> DbError {
        let limit = match (self.callers, self.attempt) {
            (Some(callers), _) if self.is_over() => callers.total,
            (_, Some(attempt)) if phase != Phase::Stream => attempt,
            (Some(callers), _) => callers.total,
            (None, _) => self.silence,
        };
        DbError::Timeout { phase, limit }
    }

    /// The error for the caller's deadline, which the server kept before the client did.
    pub(crate) fn deadline_exceeded(&self, phase: Phase) -> Option<DbError> {
        self.callers.map(|callers| DbError::Timeout { phase, limit: callers.total })
    }

    pub(crate) fn is_over(&self) -> bool {
        self.left().is_some_and(|left| left.is_zero())
    }
}

/// How much of a wait for an answer may go into opening the connection.
pub(crate) fn connecting_share(wait: Duration) -> Duration {
    wait.mul_f64(CONNECTING_SHARE)
}

fn servers_share(wait: Duration) -> f64 {
    (wait.as_secs_f64() * SERVERS_SHARE).max(1e-6)
}
