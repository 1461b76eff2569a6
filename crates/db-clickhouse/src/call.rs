use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use clickhouse::Client;
use db_port::{DbError, Phase, Result};
use tokio::time::Instant;
use tokio_retry::RetryIf;
use tracing::Instrument;
use uuid::Uuid;

use crate::connecting::Connecting;
use crate::failure::{Failure, FailureClass};
use crate::kill::KillGuard;
use crate::limits::Limits;
use crate::pool::Place;
use crate::request::{Kind, Request};
use crate::retry::{Consent, Delays};
use crate::session::Session;
use crate::telemetry;

/// A server that ran out of memory is asked this often again, because the request itself may be
/// what is too large.
const OUT_OF_MEMORY: i32 = 241;
const RETRIES_OUT_OF_MEMORY: u32 = 2;

/// One call of the port: the wait for a place, and attempts until one succeeds or no other may be
/// made, all under the same limits.
pub(crate) struct Call<'a> {
    session: &'a Session,
    kind: Kind,
    operation: &'static str,
    consent: Consent,
    limits: Limits,
    retries: u32,
    id: Uuid,
    attempts: AtomicU32,
    progress: Mutex<Progress>,
}

/// What the attempts so far have shown.
#[derive(Default)]
struct Progress {
    /// The latest attempt that may have run although it was not acknowledged.
    maybe_ran: Option<String>,
    /// Where the last attempt was made that did not succeed, and whether it may have run there.
    failed_at: Option<(usize, bool)>,
    overloaded: bool,
    out_of_memory: u32,
}

impl<'a> Call<'a> {
    pub(crate) fn new(
        session: &'a Session,
        kind: Kind,
        operation: &'static str,
        consent: Consent,
        limits: Limits,
    ) -> Self {
        Self {
            session,
            kind,
            operation,
            consent,
            limits,
            retries: session.config.max_retries,
            id: Uuid::new_v4(),
            attempts: AtomicU32::new(0),
            progress: Mutex::default(),
        }
    }

    /// One attempt and no other.
    pub(crate) const fn without_retries(mut self) -> Self {
        self.retries = 0;
        self
    }

    /// Makes attempts until the retry policy ends them. The place is the call's until dropped.
    pub(crate) async fn run<T, F, Fut>(&self, attempt: F) -> Result<(T, Place)>
    where
        T: Send,
        F: Fn(Client, Request) -> Fut + Send + Sync,
        Fut: Future<Output = Result<T, Failure>> + Send,
    {
        self.observed(async {
            let place = self.session.pool.place(self.limits.left()).await?;
            let overloaded = || self.progress().overloaded;
            let delays = Delays::new(
                &self.session.config,
                self.retries,
                self.limits.last_attempt(self.session.config.retry_timeout),
                &overloaded,
                &self.session.jitter,
                &self.session.budget,
            );
            let again = |failure: &Failure| self.may_repeat(failure);
            let done = RetryIf::start(delays, || self.attempt(&attempt), again).await;
            let value = done.map_err(|failure| self.concluded(failure.error))?;
            self.session.budget.succeeded(self.attempts.load(Ordering::Relaxed) - 1);
            Ok((value, place))
        })
        .await
    }

    /// Ends with the session, and is traced and measured.
    async fn observed<T: Send>(&self, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
        let span =
            telemetry::operation(&self.kind, self.operation, self.session.config.database.as_str());
        async {
            let begin = Instant::now();
            let result = tokio::select! {
                biased;
                () = self.session.closing.cancelled() => Err(self.concluded(DbError::Closed)),
                result = work => result,
            };
            telemetry::operation_ended(self.operation, begin.elapsed(), result.is_err());
            result
        }
        .instrument(span)
        .await
    }

    /// One attempt: the first server that can be reached gets the request.
    async fn attempt<T, F, Fut>(&self, attempt: &F) -> Result<T, Failure>
    where
        T: Send,
        F: Fn(Client, Request) -> Fut + Send + Sync,
        Fut: Future<Output = Result<T, Failure>> + Send,
    {
        let number = self.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        telemetry::attempt_begins(self.operation, number);
        let endpoints = &self.session.endpoints;
        let mut unreachable = Vec::new();
        for position in self.servers() {
            match self.attempt_at(position, number, attempt).await {
                Err(failure) if failure.class == FailureClass::NotSent => {
                    endpoints.set_aside(position);
                    unreachable.push((position, failure));
                    if self.limits.is_over() {
                        break;
                    }
                }
                result => {
                    self.note(position, &result);
                    return result;
                }
            }
        }
        self.session.set_connected(false);
        self.progress().overloaded = false;
        Err(self.all_unreachable(unreachable))
    }

    async fn attempt_at<T, F, Fut>(
        &self,
        position: usize,
        number: u32,
        attempt: &F,
    ) -> Result<T, Failure>
    where
        T: Send,
        F: Fn(Client, Request) -> Fut + Send + Sync,
        Fut: Future<Output = Result<T, Failure>> + Send,
    {
        let endpoint = self.session.endpoints.get(position);
        let request = Request {
            server: endpoint.server.clone(),
            kind: self.kind.clone(),
            query_id: format!("{}-{number}", self.id),
            limits: self.limits,
        };
        let query_id = request.query_id.clone();
        let guard = (!self.kind.is_query())
            .then(|| KillGuard::new(&self.session.kills, &endpoint.client, &query_id));
        let before = match &guard {
            Some(_) => self.progress().maybe_ran.replace(query_id),
            None => None,
        };
        let span = telemetry::attempt(&request, number);
        let connecting = Connecting::new(self.limits.left());
        let result = async {
            let sent = connecting.watch(attempt(endpoint.client.clone(), request)).await;
            let result = sent.map_err(|failure| connecting.explain(failure));
            if let Err(Failure { class, error }) = &result {
                telemetry::attempt_failed(*class, error);
            }
            result
        }
        .instrument(span)
        .await;
        let may_have_run = matches!(&result, Err(failure) if failure.class.may_have_run());
        if !may_have_run {
            self.progress().maybe_ran = before;
        }
        if !matches!(&result, Err(failure) if failure.class == FailureClass::NoAnswer)
            && let Some(guard) = guard
        {
            guard.disarm();
        }
        result
    }

    /// Where to make the next attempt. What may have run on a server that alone would notice a
    /// second time is not done elsewhere.
    fn servers(&self) -> Vec<usize> {
        match self.progress().failed_at {
            Some((position, true)) if self.consent == Consent::SameServer => vec![position],
            failed_at => self.session.endpoints.order(failed_at.map(|(position, _)| position)),
        }
    }

    fn note<T>(&self, position: usize, result: &Result<T, Failure>) {
        let mut progress = self.progress();
        match result {
            Ok(_) => progress.failed_at = None,
            Err(failure) => {
                let pinned = matches!(progress.failed_at, Some((_, true)));
                if !pinned || failure.class.may_have_run() {
                    progress.failed_at = Some((position, failure.class.may_have_run()));
                }
                progress.overloaded = failure.class == FailureClass::Refused
                    || failure.error.code() == Some(OUT_OF_MEMORY);
                if failure.error.code() == Some(OUT_OF_MEMORY) {
                    progress.out_of_memory += 1;
                }
            }
        }
        drop(progress);
        if result.as_ref().err().is_none_or(|failure| failure.error.code().is_some()) {
            self.session.endpoints.welcome(position);
            self.session.set_connected(true);
        }
    }

    /// Both consents: the failure may pass, and doing it again does no harm.
    fn may_repeat(&self, failure: &Failure) -> bool {
        let harmless = match failure.class {
            FailureClass::NotSent | FailureClass::Refused => true,
            FailureClass::PartWay | FailureClass::NoAnswer => self.consent != Consent::No,
            FailureClass::Final => false,
        };
        harmless && self.progress().out_of_memory <= RETRIES_OUT_OF_MEMORY
    }

    /// The error that the caller hears: after an attempt that may have run, that this is not known.
    fn concluded(&self, error: DbError) -> DbError {
        let Some(query_id) = self.progress().maybe_ran.clone() else {
            return error;
        };
        let source = match error {
            DbError::OutcomeUnknown { source, .. } => source,
            other => Some(other.into()),
        };
        match self.kind.outcome_unknown(&query_id, source) {
            Ok(unknown) => unknown,
            Err(_) => DbError::Closed,
        }
    }

    fn all_unreachable(&self, mut failures: Vec<(usize, Failure)>) -> Failure {
        let servers: Vec<_> = failures
            .iter()
            .map(|&(position, _)| &*self.session.endpoints.get(position).server)
            .collect();
        let (target, count) = (servers.join(", "), servers.len());
        match failures.pop() {
            None => Failure::last(self.limits.exceeded(Phase::Connect)),
            Some((_, Failure { class, error: DbError::Unavailable { reason, source, .. } }))
                if count > 1 =>
            {
                let reason = format!("none of them; of the last: {reason}");
                Failure::new(class, DbError::Unavailable { target, reason, source })
            }
            Some((_, failure)) => failure,
        }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
