//! A call's work on a thread that may block.

use std::sync::Arc;
use std::time::Duration;

use db_port::adapter::Permit;
use db_port::{DbError, Identifier, Phase, Result};
use tokio::task::{JoinError, JoinHandle, spawn_blocking};
use tokio::time::timeout;

use crate::cancel::CancelGuard;
use crate::connection::Connection;
use crate::engine::Engine;
use crate::lifecycle::Lifecycle;
use crate::session::Session;

/// Work under way, for the caller who waits for it. When it is dropped, the engine's work ends.
pub(crate) struct Worker<T> {
    /// The name under which the engine knows the work, as `log_comment`.
    pub(crate) id: Arc<str>,
    pub(crate) guard: CancelGuard,
    handle: JoinHandle<T>,
}

impl<T: Send + 'static> Worker<T> {
    /// Waits for a permit, at most for `wait`, then runs `work` with a connection of its own. The
    /// permit is given back when the engine has finished, not when the caller has stopped waiting.
    pub(crate) async fn start(
        session: Session,
        wait: Option<Duration>,
        work: impl FnOnce(Result<Connection>) -> T + Send + 'static,
    ) -> Result<Self> {
        let Session { config, engine, limit, drain } = session;
        let permit = limit.acquire(wait).await?;
        let id: Arc<str> = format!("candlehouse-{}", uuid::Uuid::new_v4()).into();
        let lifecycle = Arc::new(Lifecycle::new(drain));
        let guard = CancelGuard::new(&engine, &id, &lifecycle);
        let job = Job { engine, end: EndOnDrop(lifecycle), _permit: permit, id: Arc::clone(&id) };
        let handle = spawn_blocking(move || work(job.connection(&config.database)));
        Ok(Self { id, guard, handle })
    }

    /// Waits for the result, at most for `limit`.
    pub(crate) async fn result(self, limit: Option<Duration>) -> Result<T> {
        let _guard = self.guard;
        let late = |limit| DbError::Timeout { phase: Phase::Request, limit };
        let joined = match limit {
            None => self.handle.await,
            Some(limit) => timeout(limit, self.handle).await.map_err(|_| late(limit))?,
        };
        joined.map_err(lost)
    }
}

/// Work under way, for the thread that does it.
struct Job {
    // Dropped in this order: work has ended when it has let go of the engine.
    engine: Arc<Engine>,
    end: EndOnDrop,
    _permit: Permit,
    id: Arc<str>,
}

struct EndOnDrop(Arc<Lifecycle>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Job {
    fn connection(&self, database: &Identifier) -> Result<Connection> {
        let connection = Connection::open(&self.engine, database, &self.id)?;
        match self.end.0.is_cancelled() {
            false => Ok(connection),
            true => Err(DbError::Interrupted {
                rows: 0,
                reason: "the caller stopped waiting".into(),
                source: None,
            }),
        }
    }
}

/// The thread ended without a result: it panicked, or the runtime is shutting down.
pub(crate) fn lost(error: JoinError) -> DbError {
    DbError::Interrupted {
        rows: 0,
        reason: "the engine's thread ended early".into(),
        source: Some(error.into()),
    }
}
