//! Readiness checks, shared by the probes that ask at the same time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use db_port::{DbError, Phase, QueryExecutor};
use tokio::sync::watch;
use tokio::time::timeout;

use super::metrics;
use super::readiness_report::ReadinessReport;

/// How long an answer is given again, so that many probes ask the database once.
const FRESH: Duration = Duration::from_secs(1);

/// Whether the database works, asked on a connection of its own.
pub(super) struct Readiness {
    db: Arc<dyn QueryExecutor>,
    database: String,
    limit: Duration,
    last: Mutex<Answer>,
}

/// Empty while the check is under way.
type Answer = watch::Receiver<Option<ReadinessReport>>;

impl Readiness {
    /// Checks `db`, each time for at most `limit`; reports call it `database`.
    pub(super) fn new(db: Arc<dyn QueryExecutor>, database: String, limit: Duration) -> Self {
        // No check is under way: the sender is gone.
        let (_, last) = watch::channel(None);
        Self { db, database, limit, last: Mutex::new(last) }
    }

    /// The database, without credentials.
    pub(super) fn database(&self) -> &str {
        &self.database
    }

    /// A fresh answer, or that of the check under way, or that of a new one. A probe that gives
    /// up does not end the check for the others.
    pub(super) async fn probe(&self) -> ReadinessReport {
        let mut answer = self.answer();
        match answer.wait_for(Option::is_some).await {
            Ok(report) => report.clone().unwrap_or_else(ReadinessReport::lost),
            Err(_) => ReadinessReport::lost(),
        }
    }

    fn answer(&self) -> Answer {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last.borrow().clone();
        let is_usable = match &known {
            Some(report) => report.at().elapsed() < FRESH,
            None => last.has_changed().is_ok(),
        };
        if !is_usable {
            *last = self.start(known);
        }
        last.clone()
    }

    fn start(&self, before: Option<ReadinessReport>) -> Answer {
        let (sender, answer) = watch::channel(None);
        let (db, limit) = (Arc::clone(&self.db), self.limit);
        tokio::spawn(async move {
            let result = timeout(limit, db.health_check()).await;
            let report = ReadinessReport::of(
                result.unwrap_or_else(|_| Err(DbError::Timeout { phase: Phase::Request, limit })),
            );
            metrics::record(&report);
            log(before.as_ref(), &report);
            sender.send_replace(Some(report));
        });
        answer
    }
}

/// Says when the answer has become another.
fn log(before: Option<&ReadinessReport>, now: &ReadinessReport) {
    if before.map(ReadinessReport::label) == Some(now.label()) {
        return;
    }
    if now.is_ready() {
        tracing::info!("ready");
    } else {
        tracing::warn!(problem = now.label(), "not ready: {}", now.message());
    }
}

#[cfg(test)]
#[path = "readiness_tests.rs"]
mod tests;
