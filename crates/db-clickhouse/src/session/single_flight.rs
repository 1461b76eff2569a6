//! Work that runs at most once at a time, for everyone who asks meanwhile.

use std::future::Future;
use std::sync::{Mutex, PoisonError};

use db_port::Result;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};

type Work = BoxFuture<'static, Result<()>>;

/// Whoever asks while the work is under way waits for the same outcome. It goes on as long as one
/// of them waits.
#[derive(Default)]
pub(crate) struct SingleFlight(Mutex<Option<WeakShared<Work>>>);

impl SingleFlight {
    /// Joins the work that is under way, or begins it.
    pub(crate) async fn run<F>(&self, begin: impl FnOnce() -> F) -> Result<()>
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.join(begin).await
    }

    fn join<F>(&self, begin: impl FnOnce() -> F) -> Shared<Work>
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let under_way = current.as_ref().and_then(WeakShared::upgrade);
        match under_way.filter(|work| work.peek().is_none()) {
            Some(work) => work,
            None => {
                let work = begin().boxed().shared();
                *current = work.downgrade();
                work
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use db_port::DbError;

    use super::*;

    fn failure() -> DbError {
        let source = Some(DbError::Closed.into());
        DbError::Unavailable { target: "db".into(), reason: "gone".into(), source }
    }

    #[tokio::test]
    async fn those_who_ask_meanwhile_get_the_same_outcome_of_one_run() {
        let (single_flight, runs) = (SingleFlight::default(), Arc::new(AtomicU32::new(0)));
        let ask = || {
            let runs = Arc::clone(&runs);
            single_flight.run(move || async move {
                runs.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Err(failure())
            })
        };
        let (first, second) = tokio::join!(ask(), ask());
        for error in [first.unwrap_err(), second.unwrap_err()] {
            assert_eq!(error.to_string(), failure().to_string());
            assert_eq!(error.source().unwrap().to_string(), DbError::Closed.to_string());
        }
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        ask().await.unwrap_err();
        assert_eq!(runs.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn it_goes_on_when_the_first_who_asked_gives_up() {
        let single_flight = SingleFlight::default();
        let (go, gate) = tokio::sync::oneshot::channel::<()>();
        let mut first = Box::pin(
            single_flight.run(move || async move { gate.await.map_err(|_| DbError::Closed) }),
        );
        assert!((&mut first).now_or_never().is_none());
        let second = single_flight.run(|| async { Err(DbError::Closed) });
        let mut second = Box::pin(second);
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        go.send(()).unwrap();
        second.await.unwrap();
    }
}
