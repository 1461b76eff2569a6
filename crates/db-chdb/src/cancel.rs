//! The end of the engine's work when its caller stops waiting.

use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use adbc_core::{Connection, Statement};
use db_port::Result;

use crate::engine::Engine;
use crate::error;
use crate::lifecycle::Lifecycle;

/// Between two attempts to kill the work: a single one could come before the engine has registered
/// the query.
const PAUSE: Duration = Duration::from_millis(20);

/// Held by whoever waits for the work: when it is dropped first, the engine's work ends too.
pub(crate) struct CancelGuard(Kill);

impl CancelGuard {
    pub(crate) fn new(engine: &Arc<Engine>, id: &Arc<str>, lifecycle: &Arc<Lifecycle>) -> Self {
        Self(Kill {
            engine: Arc::downgrade(engine),
            id: Arc::clone(id),
            lifecycle: Arc::clone(lifecycle),
        })
    }

    /// The work has nothing more to give: there is nothing left to cancel.
    pub(crate) fn disarm(&self) {
        self.0.lifecycle.abandon();
    }
}

impl Drop for CancelGuard {
    fn drop(&mut self) {
        if !self.0.lifecycle.abandon() {
            return;
        }
        self.0.lifecycle.cancel();
        let kill = self.0.clone();
        thread::spawn(move || kill.run());
    }
}

#[derive(Clone)]
struct Kill {
    /// Weak, so that dropping a stream never has to shut the engine down.
    engine: Weak<Engine>,
    id: Arc<str>,
    lifecycle: Arc<Lifecycle>,
}

impl Kill {
    /// The driver's own cancel call is not used, because it does nothing for a query that has not
    /// returned rows yet.
    ///
    /// The work cannot end during an attempt, so that nobody is inside the engine for the sake of
    /// this work once its own thread has ended.
    fn run(&self) {
        // The next attempt is the remedy for a failed one.
        self.lifecycle.until_ended(PAUSE, || drop(self.attempt()));
    }

    fn attempt(&self) -> Result<()> {
        let Some(engine) = self.engine.upgrade() else {
            return Ok(());
        };
        let sql = format!("KILL QUERY WHERE Settings['log_comment'] = '{}' ASYNC", self.id);
        let result = engine.connection()?.new_statement().and_then(|mut statement| {
            statement.set_sql_query(sql)?;
            statement.execute().map(|rows| rows.for_each(drop))
        });
        result.map_err(|failure| error::from_engine(&failure, &self.id))
    }
}
