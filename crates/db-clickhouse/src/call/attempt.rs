//! One attempt at one server.

use std::sync::Arc;
use std::time::Duration;

use db_port::{DbError, Phase};
use tracing::Instrument;

use super::exchange::Exchange;
use super::spec::CallSpec;
use crate::policy::attempt_state::AttemptState;
use crate::policy::failure::{Failure, FailureClass};
use crate::telemetry;
use crate::wire::cancel_guard::CancelGuard;
use crate::wire::request::Request;

/// Keeps in `state` whether the request may have run, also when it is dropped half-way. It must
/// have its connection in the time of `connect_share`.
pub(super) async fn send_to<E: Exchange>(
    position: usize,
    call: &CallSpec<'_>,
    state: &mut AttemptState,
    connect_share: Duration,
    exchange: &E,
) -> Result<E::Answer, Failure> {
    let (session, attempt) = (call.session, state.attempts);
    let endpoint = session.endpoints.get(position);
    let query_id = format!("{}-{attempt}", call.id);
    let tracked = Arc::new(session.requests.track(&query_id, &session.closing));
    let request = Request {
        server: endpoint.server.clone(),
        kind: call.kind.clone(),
        query_id,
        deadline: call.deadline,
        tracked: Arc::clone(&tracked),
    };
    let span = telemetry::attempt_span(&request.server, &request.query_id, attempt);
    let change = (!call.kind.is_query()).then(|| {
        let guard = CancelGuard::new(&session.cancellations, &endpoint.client, &tracked);
        Change { state, guard, may_have_run: true }
    });
    let result = async {
        let sent = tokio::select! {
            biased;
            () = tracked.withdrawn_after(connect_share) => Err(Failure::new(
                FailureClass::NotSent,
                DbError::Timeout { phase: Phase::Connect, limit: connect_share },
            )),
            sent = exchange.exchange(endpoint.client.clone(), request) => sent,
        };
        sent.inspect_err(telemetry::attempt_failed)
    }
    .instrument(span)
    .await;
    if let Some(change) = change {
        change.ended(result.as_ref().err().map(|failure| failure.class));
    }
    result
}

/// A request that may change something, under way.
struct Change<'a> {
    state: &'a mut AttemptState,
    guard: CancelGuard,
    may_have_run: bool,
}

impl Change<'_> {
    /// With a failure of this class, if with any.
    fn ended(mut self, class: Option<FailureClass>) {
        self.may_have_run = class.is_some_and(FailureClass::may_have_run);
        if class != Some(FailureClass::Ambiguous) {
            self.guard.disarm();
        }
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        if self.may_have_run
            && let Some(query_id) = self.guard.sent()
        {
            self.state.may_have_run = Some(query_id);
        }
    }
}
