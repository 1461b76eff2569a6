use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use adbc_core::{Connection, Statement};
use db_port::Result;

use crate::engine::Engine;
use crate::error;

/// One piece of the engine's work, from the request to its end.
#[derive(Clone)]
pub(crate) struct Operation {
    engine: Arc<Engine>,
    id: Arc<str>,
    progress: Arc<Progress>,
}

#[derive(Default)]
struct Progress {
    cancelled: AtomicBool,
    finished: AtomicBool,
}

impl Operation {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        let id = format!("candlehouse-{}", uuid::Uuid::new_v4()).into();
        Self { engine, id, progress: Arc::default() }
    }

    pub(crate) const fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// The name under which the engine knows the work, as `log_comment`.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.progress.cancelled.load(Ordering::SeqCst)
    }

    /// Kills the work again and again until it ends: a single attempt could come before the engine
    /// has registered the query. The driver's own cancel call is not used, because it does nothing
    /// for a query that has not returned rows yet.
    fn kill(&self) {
        while !self.progress.finished.load(Ordering::SeqCst) {
            // The next round is the remedy for a failed one.
            drop(self.try_kill());
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn try_kill(&self) -> Result<()> {
        let sql = format!("KILL QUERY WHERE Settings['log_comment'] = '{}' ASYNC", self.id);
        let result = self.engine.connection()?.new_statement().and_then(|mut statement| {
            statement.set_sql_query(sql)?;
            statement.execute().map(|rows| rows.for_each(drop))
        });
        result.map_err(|failure| error::from_engine(&failure, &self.id))
    }
}

/// Held by whoever waits for the work: when it is dropped first, the engine's work ends too.
pub(crate) struct CancelGuard(pub(crate) Operation);

impl Drop for CancelGuard {
    fn drop(&mut self) {
        if self.0.progress.finished.load(Ordering::SeqCst) {
            return;
        }
        self.0.progress.cancelled.store(true, Ordering::SeqCst);
        let operation = self.0.clone();
        thread::spawn(move || operation.kill());
    }
}

/// Held by whoever does the work: when it is dropped, there is nothing left to cancel.
pub(crate) struct FinishGuard(pub(crate) Operation);

impl Drop for FinishGuard {
    fn drop(&mut self) {
        self.0.progress.finished.store(true, Ordering::SeqCst);
    }
}
