use db_port::adapter::Permit;
use db_port::{DbError, Identifier, Result};
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

use crate::operation::{CancelGuard, Operation};
use crate::session::Session;

/// Runs `work` on a thread that may block, with a session of its own. The permit is given back
/// when the engine has finished, not when the caller has stopped waiting.
pub(crate) fn start<T, F>(
    operation: Operation,
    database: Identifier,
    permit: Permit,
    work: F,
) -> (CancelGuard, JoinHandle<T>)
where
    T: Send + 'static,
    F: FnOnce(Result<Session>) -> T + Send + 'static,
{
    let guard = operation.cancel_guard();
    let handle = spawn_blocking(move || {
        let _permit = permit;
        let opened = Session::open(operation.engine(), &database, operation.id());
        work(opened.and_then(|session| match operation.is_cancelled() {
            false => Ok(session),
            true => Err(DbError::Interrupted {
                rows: 0,
                reason: "the caller stopped waiting".into(),
                source: None,
            }),
        }))
    });
    (guard, handle)
}

/// The thread ended without a result: it panicked, or the runtime is shutting down.
pub(crate) fn lost(error: JoinError) -> DbError {
    DbError::Interrupted {
        rows: 0,
        reason: "the engine's thread ended early".into(),
        source: Some(error.into()),
    }
}
