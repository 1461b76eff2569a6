//! What a readiness check found, and how a probe is told.

use db_port::{Health, HealthProblem};
use serde::Serialize;
use tokio::time::Instant;

use crate::error::CliError;

/// What a readiness check found.
#[derive(Debug, Clone)]
pub(super) struct ReadinessReport {
    at: Instant,
    outcome: Result<Health, Failure>,
}

#[derive(Debug, Clone)]
struct Failure {
    problem: HealthProblem,
    message: String,
}

impl ReadinessReport {
    pub(super) fn of(result: db_port::Result<Health>) -> Self {
        let outcome = result.map_err(|error| Failure {
            problem: HealthProblem::of(&error),
            message: CliError::from(error).in_one_line(),
        });
        Self { at: Instant::now(), outcome }
    }

    /// A check that ended without a word.
    pub(super) fn lost() -> Self {
        let failure = Failure {
            problem: HealthProblem::Failing,
            message: "the check ended early: this is a mistake in the program".into(),
        };
        Self { at: Instant::now(), outcome: Err(failure) }
    }

    pub(super) const fn is_ready(&self) -> bool {
        self.outcome.is_ok()
    }

    pub(super) fn at(&self) -> Instant {
        self.at
    }

    /// `ok`, or the problem in `snake_case`.
    pub(super) fn label(&self) -> &'static str {
        self.problem().map_or("ok", HealthProblem::as_str)
    }

    /// What is wrong, in words; nothing when it is ready.
    pub(super) fn message(&self) -> &str {
        self.outcome.as_ref().err().map_or("", |failure| &failure.message)
    }

    fn problem(&self) -> Option<HealthProblem> {
        self.outcome.as_ref().err().map(|failure| failure.problem)
    }

    /// The body of an answer to a probe of `database`.
    pub(super) fn body<'a>(&'a self, database: &'a str) -> ReportBody<'a> {
        let health = self.outcome.as_ref().ok();
        let failure = self.outcome.as_ref().err();
        ReportBody {
            status: self.problem().map_or_else(|| "ok".into(), |problem| problem.to_string()),
            problem: self.problem().map(HealthProblem::as_str),
            message: failure.map(|failure| failure.message.as_str()),
            database,
            version: health.map(|health| health.version.as_str()),
            latency_ms: health.map(|health| health.latency.as_micros() as f64 / 1000.0),
            age_ms: u64::try_from(self.at.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// What a probe is told.
#[derive(Debug, Serialize)]
pub(super) struct ReportBody<'a> {
    status: String,
    problem: Option<&'static str>,
    message: Option<&'a str>,
    database: &'a str,
    version: Option<&'a str>,
    latency_ms: Option<f64>,
    age_ms: u64,
}
