use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use adbc_core::{Connection, Statement};
use db_port::Result;

use crate::departures::Departures;
use crate::engine::Engine;
use crate::error;

/// One piece of the engine's work, in the hands of the thread that does it.
pub(crate) struct Operation {
    // Before the progress: work has ended when it has let go of the engine.
    engine: Arc<Engine>,
    id: Arc<str>,
    progress: EndOnDrop,
}

struct Progress {
    cancelled: AtomicBool,
    stage: Mutex<Stage>,
    end: Condvar,
    departures: Arc<Departures>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Somebody waits for the work.
    Awaited,
    /// Nobody does any more.
    Leaving,
    Ended,
}

struct EndOnDrop(Arc<Progress>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Operation {
    pub(crate) fn new(engine: Arc<Engine>, departures: Arc<Departures>) -> Self {
        let id = format!("candlehouse-{}", uuid::Uuid::new_v4()).into();
        let progress = Progress {
            cancelled: AtomicBool::new(false),
            stage: Mutex::new(Stage::Awaited),
            end: Condvar::new(),
            departures,
        };
        Self { engine, id, progress: EndOnDrop(Arc::new(progress)) }
    }

    pub(crate) const fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// The name under which the engine knows the work, as `log_comment`.
    pub(crate) const fn id(&self) -> &Arc<str> {
        &self.id
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.progress.0.cancelled.load(Ordering::SeqCst)
    }

    /// For whoever waits for the work.
    pub(crate) fn cancel_guard(&self) -> CancelGuard {
        CancelGuard(Killer {
            engine: Arc::downgrade(&self.engine),
            id: Arc::clone(&self.id),
            progress: Arc::clone(&self.progress.0),
        })
    }
}

impl Progress {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this was the end of the waiting, with the work still going on.
    fn leave(&self) -> bool {
        let mut stage = self.stage();
        let was_awaited = *stage == Stage::Awaited;
        if was_awaited {
            *stage = Stage::Leaving;
            self.departures.begin();
        }
        was_awaited
    }

    fn end(&self) {
        let before = std::mem::replace(&mut *self.stage(), Stage::Ended);
        if before == Stage::Leaving {
            self.departures.end();
        }
        self.end.notify_all();
    }
}

/// Held by whoever waits for the work: when it is dropped first, the engine's work ends too.
pub(crate) struct CancelGuard(Killer);

impl CancelGuard {
    /// The work has nothing more to give: there is nothing left to cancel.
    pub(crate) fn disarm(&self) {
        self.0.progress.leave();
    }
}

impl Drop for CancelGuard {
    fn drop(&mut self) {
        if !self.0.progress.leave() {
            return;
        }
        self.0.progress.cancelled.store(true, Ordering::SeqCst);
        let killer = self.0.clone();
        thread::spawn(move || killer.run());
    }
}

#[derive(Clone)]
struct Killer {
    /// Weak, so that dropping a stream never has to shut the engine down.
    engine: Weak<Engine>,
    id: Arc<str>,
    progress: Arc<Progress>,
}

impl Killer {
    /// Kills the work again and again until it ends: a single attempt could come before the engine
    /// has registered the query. The driver's own cancel call is not used, because it does nothing
    /// for a query that has not returned rows yet.
    ///
    /// The lock is held while killing, so that nobody is inside the engine for the sake of this
    /// work once its own thread has ended.
    fn run(&self) {
        let mut stage = self.progress.stage();
        while *stage != Stage::Ended {
            // The next round is the remedy for a failed one.
            drop(self.try_kill());
            let pause = Duration::from_millis(20);
            let waited = self.progress.end.wait_timeout(stage, pause);
            stage = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn try_kill(&self) -> Result<()> {
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
