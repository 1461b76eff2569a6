//! A call's work on a thread that may block.

use std::sync::{Arc, Weak};
use std::time::Duration;

use db_port::adapter::Permit;
use db_port::{DbError, Phase, Result};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::engine::Engine;
use crate::error::lost;
use crate::killer::CancelGuard;
use crate::session::Session;
use crate::work::Work;

/// Work under way, for the caller who waits for it. When it is dropped, the engine's work ends.
pub(crate) struct Worker<T> {
    pub(crate) work: Arc<Work>,
    pub(crate) guard: CancelGuard,
    handle: JoinHandle<T>,
}

impl<T: Send + 'static> Worker<T> {
    /// Waits for a permit, at most for `wait`, then does `work` on the engine. The permit is given
    /// back when the engine has finished, not when the caller has stopped waiting.
    pub(crate) async fn start(
        session: &Session,
        wait: Option<Duration>,
        work: impl FnOnce(Result<Arc<Engine>>, &Work) -> T + Send + 'static,
    ) -> Result<Self> {
        let permit = session.permit(wait).await?;
        let (known, token) = session.under_way.begin()?;
        let guard = CancelGuard::new(session.killer.clone(), Arc::clone(&known));
        let job = Job {
            engine: Weak::clone(&session.engine),
            work: EndOnDrop(Arc::clone(&known)),
            _permit: permit,
            _under_way: token,
        };
        let handle = spawn_blocking(move || work(job.engine(), &job.work.0));
        Ok(Self { work: known, guard, handle })
    }

    /// Waits for the result, at most for `limit` and until the session ends the work.
    pub(crate) async fn result(self, limit: Option<Duration>) -> Result<T> {
        let Self { work, guard, handle } = self;
        let joined = async {
            match limit {
                None => Ok(handle.await),
                Some(limit) => timeout(limit, handle)
                    .await
                    .map_err(|_| DbError::Timeout { phase: Phase::Request, limit }),
            }
        };
        let joined = tokio::select! {
            biased;
            () = work.cancelled().cancelled() => Err(DbError::Closed),
            joined = joined => joined,
        }?;
        guard.disarm();
        joined.map_err(lost)
    }
}

/// Work under way, for the thread that does it.
struct Job {
    // Dropped in this order, after the connection: the work has ended when it has let go of the
    // engine.
    work: EndOnDrop,
    _permit: Permit,
    _under_way: TaskTrackerToken,
    engine: Weak<Engine>,
}

struct EndOnDrop(Arc<Work>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Job {
    /// On the thread that may block, because whoever has it keeps the engine open.
    fn engine(&self) -> Result<Arc<Engine>> {
        let engine = self.engine.upgrade().filter(|_| !self.work.0.cancelled().is_cancelled());
        engine.ok_or(DbError::Closed)
    }
}
