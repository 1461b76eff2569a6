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
use crate::progress::{Progress, is_answer};
use crate::request::{Kind, Request};
use crate::retry::{Consent, Delays};
use crate::session::Session;
use crate::telemetry;

/// One call of the port: the wait for a place, and attempts until one succeeds or no other may be
/// made, all under the same limits.
pub(crate) struct Call<'a> {
    session: &'a Session,
    kind: Kind,
    operation: &'static str,
    consent: Consent,
    limits: Limits,
    retries: u32,
    only: Option<usize>,
    id: Uuid,
    attempts: AtomicU32,
    progress: Mutex<Progress>,
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
            only: None,
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

    /// At the server of this position and no other.
    pub(crate) const fn at(mut self, position: usize) -> Self {
        self.only = Some(position);
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
            let overloaded = || self.progress().overloaded();
            let delays = Delays::new(
                &self.session.config,
                self.retries,
                self.limits.last_attempt(self.session.config.retry_timeout),
                &overloaded,
                &self.session.jitter,
                &self.session.budget,
            );
            let again = |failure: &Failure| self.progress().may_repeat(failure, self.consent);
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
            telemetry::operation_ended(self.operation, begin.elapsed(), &result);
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
        let servers = self.servers();
        for (tried, &position) in servers.iter().enumerate() {
            let connecting = Connecting::new(self.limits.share_of(servers.len() - tried));
            match self.attempt_at(position, number, connecting, attempt).await {
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
        self.progress().nobody_there();
        Err(self.all_unreachable(unreachable))
    }

    async fn attempt_at<T, F, Fut>(
        &self,
        position: usize,
        number: u32,
        connecting: Connecting,
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

    /// Where to make the next attempt.
    fn servers(&self) -> Vec<usize> {
        let progress = self.progress();
        match self.only.or_else(|| progress.only_server(self.consent)) {
            Some(position) => vec![position],
            None => self.session.endpoints.order(progress.avoided()),
        }
    }

    fn note<T>(&self, position: usize, result: &Result<T, Failure>) {
        if let Err(failure) = result {
            self.progress().failed(position, failure);
        }
        if is_answer(result) {
            self.session.endpoints.welcome(position);
            self.session.set_connected(true);
        }
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
