use std::sync::Arc;

use crate::{QueryExecutor, Result};

/// Closes an executor when it goes out of scope, in the background if nobody can wait.
pub(crate) struct CloseGuard<E: QueryExecutor + ?Sized>(Option<Arc<E>>);

impl<E: QueryExecutor + ?Sized> CloseGuard<E> {
    pub(crate) fn new(executor: Arc<E>) -> Self {
        Self(Some(executor))
    }

    pub(crate) async fn close(mut self) -> Result<()> {
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
