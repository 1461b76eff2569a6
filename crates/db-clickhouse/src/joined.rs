use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use db_port::{DbError, Result};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};

type Outcome = Result<(), Arc<DbError>>;
type Work = BoxFuture<'static, Outcome>;

/// Work that is under way at most once: whoever asks meanwhile waits for the same outcome. It goes
/// on as long as one of them waits.
#[derive(Default)]
pub(crate) struct Joined(Mutex<Option<WeakShared<Work>>>);

impl Joined {
    /// Joins the work that is under way, or begins it.
    pub(crate) async fn run<F>(&self, begin: impl FnOnce() -> F) -> Result<()>
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let work = self.join(begin);
        work.await.map_err(|error| shared(&error))
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
                let work = begin().map(|outcome| outcome.map_err(Arc::new)).boxed().shared();
                *current = work.downgrade();
                work
            }
        }
    }
}

/// The same error for one of several who wait for it.
fn shared(error: &Arc<DbError>) -> DbError {
    let cause = || Some(Cause(Arc::clone(error)).into());
    match &**error {
        DbError::Configuration { key, reason } => {
            DbError::Configuration { key: key.clone(), reason: reason.clone() }
        }
        DbError::Database { code, message, query_id } => {
            DbError::Database { code: *code, message: message.clone(), query_id: query_id.clone() }
        }
        DbError::Timeout { phase, limit } => DbError::Timeout { phase: *phase, limit: *limit },
        DbError::UnexpectedResult { expected, found } => {
            DbError::UnexpectedResult { expected: expected.clone(), found: found.clone() }
        }
        DbError::UnsupportedVersion { found, needed } => {
            DbError::UnsupportedVersion { found: found.clone(), needed: needed.clone() }
        }
        DbError::Interrupted { rows, reason, source } => DbError::Interrupted {
            rows: *rows,
            reason: reason.clone(),
            source: source.as_ref().and_then(|_| cause()),
        },
        DbError::Unavailable { target, reason, source } => DbError::Unavailable {
            target: target.clone(),
            reason: reason.clone(),
            source: source.as_ref().and_then(|_| cause()),
        },
        DbError::InvalidInput { what, reason } => {
            DbError::InvalidInput { what: what.clone(), reason: reason.clone() }
        }
        _ => DbError::Closed,
    }
}

/// What is below a shared error.
#[derive(Debug)]
struct Cause(Arc<DbError>);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(source) => fmt::Display::fmt(source, f),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()?.source()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn failure() -> DbError {
        let source = Some(DbError::Closed.into());
        DbError::Unavailable { target: "db".into(), reason: "gone".into(), source }
    }

    #[tokio::test]
    async fn those_who_ask_meanwhile_get_the_same_outcome_of_one_run() {
        let (joined, runs) = (Joined::default(), Arc::new(AtomicU32::new(0)));
        let ask = || {
            let runs = Arc::clone(&runs);
            joined.run(move || async move {
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
        let joined = Joined::default();
        let (go, gate) = tokio::sync::oneshot::channel::<()>();
        let mut first =
            Box::pin(joined.run(move || async move { gate.await.map_err(|_| DbError::Closed) }));
        assert!((&mut first).now_or_never().is_none());
        let second = joined.run(|| async { Err(DbError::Closed) });
        let mut second = Box::pin(second);
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        go.send(()).unwrap();
        second.await.unwrap();
    }
}
