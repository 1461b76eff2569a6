//! Use of an executor that ends in its closing.

use std::sync::Arc;

use crate::error::{DbError, Result};
use crate::executor::QueryExecutor;

/// Closes an executor when it goes out of scope, in the background if nobody can wait.
struct CloseGuard<E: QueryExecutor + ?Sized>(Option<Arc<E>>);

impl<E: QueryExecutor + ?Sized> CloseGuard<E> {
    fn new(executor: Arc<E>) -> Self {
        Self(Some(executor))
    }

    async fn close(mut self) -> Result<()> {
        match self.0.clone() {
            Some(executor) => {
                let closed = executor.close().await;
                self.0 = None;
                closed
            }
            None => Ok(()),
        }
    }
}

impl<E: QueryExecutor + ?Sized> Drop for CloseGuard<E> {
    fn drop(&mut self) {
        if let (Some(executor), Ok(runtime)) =
            (self.0.take(), tokio::runtime::Handle::try_current())
        {
            // A failure to close has nobody left to hear of it.
            runtime.spawn(async move { drop(executor.close().await) });
        }
    }
}

/// Connects, runs `body`, and closes on every way out.
pub(crate) async fn run<D, T, E, F, Fut>(db: Arc<D>, body: F) -> Result<T, E>
where
    D: QueryExecutor + ?Sized,
    F: FnOnce(Arc<D>) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    E: From<DbError>,
{
    let guard = CloseGuard::new(Arc::clone(&db));
    let result = match db.connect().await {
        Ok(()) => body(db).await,
        Err(error) => Err(error.into()),
    };
    let closed = guard.close().await;
    let value = result?;
    closed?;
    Ok(value)
}
