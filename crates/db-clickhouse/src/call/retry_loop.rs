//! Attempts until one succeeds or no other may follow.

use db_port::{DbError, Result};
use tokio::time::{Instant, sleep};
use tracing::Instrument;

use super::exchange::Exchange;
use super::failover::attempt;
use super::spec::CallSpec;
use crate::policy::attempt_state::AttemptState;
use crate::policy::delays::Delays;
use crate::session::HeldPermit;
use crate::telemetry;
use crate::wire::request_kind::RequestKind;

/// Makes the call, traced and measured. It ends with the session at the latest. The permit is held
/// until it is dropped.
pub(crate) async fn run<E: Exchange>(
    call: CallSpec<'_>,
    exchange: &E,
) -> Result<(E::Answer, HeldPermit)> {
    let database = call.session.config.database.as_str();
    let span = telemetry::operation_span(call.operation, database, call.kind.table());
    async {
        let begin = Instant::now();
        let mut state = AttemptState::default();
        let result = tokio::select! {
            biased;
            () = call.session.closing.cancelled() => Err(DbError::Closed),
            result = attempts(&call, &mut state, exchange) => result,
        };
        let result = result.map_err(|error| conclude(&call.kind, state, error));
        telemetry::operation_ended(call.operation, begin.elapsed(), &result);
        result
    }
    .instrument(span)
    .await
}

async fn attempts<E: Exchange>(
    call: &CallSpec<'_>,
    state: &mut AttemptState,
    exchange: &E,
) -> Result<(E::Answer, HeldPermit)> {
    let session = call.session;
    let permit = session.permits.acquire(call.deadline.left()).await?;
    let last_attempt = call.deadline.last_attempt(session.config.retry_timeout);
    let (jitter, budget) = (&session.jitter, &session.budget);
    let mut delays = Delays::new(&session.config, call.retries, last_attempt, jitter, budget);
    loop {
        let failure = match attempt(call, state, exchange).await {
            Ok(answer) => {
                budget.succeeded(state.attempts - 1);
                return Ok((answer, permit));
            }
            Err(failure) => failure,
        };
        if !state.may_retry(&failure, call.idempotency) {
            return Err(failure.error);
        }
        match delays.next(state.overloaded()) {
            Some(delay) => sleep(delay).await,
            None => return Err(failure.error),
        }
    }
}

/// The error that the caller gets: after an attempt that may have run, that this is not known.
fn conclude(kind: &RequestKind, state: AttemptState, error: DbError) -> DbError {
    let Some(query_id) = state.may_have_run else {
        return error;
    };
    let source = match error {
        DbError::OutcomeUnknown { source, .. } => source,
        other => Some(other.into()),
    };
    kind.outcome_unknown(&query_id, source).unwrap_or(DbError::Closed)
}
