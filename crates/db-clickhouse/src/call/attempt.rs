//! One attempt at one server.

use std::sync::Arc;

use tracing::Instrument;

use super::exchange::Exchange;
use super::spec::CallSpec;
use crate::policy::attempt_state::AttemptState;
use crate::policy::failure::{Failure, FailureClass};
use crate::telemetry;
use crate::wire::cancel_guard::CancelGuard;
use crate::wire::connect_phase::ConnectPhase;
use crate::wire::request::Request;

/// Keeps in `state` whether the request may have run, also when it is dropped half-way.
pub(super) async fn send_to<E: Exchange>(
    position: usize,
    call: &CallSpec<'_>,
    state: &mut AttemptState,
    connect_phase: &ConnectPhase,
    exchange: &E,
) -> Result<E::Answer, Failure> {
    let endpoint = call.session.endpoints.get(position);
    let query_id = format!("{}-{}", call.id, state.attempts);
    let request = Request {
        server: endpoint.server.clone(),
        kind: call.kind.clone(),
        receipt: Arc::new(call.session.receipts.expect(&query_id)),
        query_id,
        deadline: call.deadline,
    };
    let span = telemetry::attempt_span(&request.server, &request.query_id, state.attempts);
    let earlier = state.may_have_run.clone();
    let guard = (!call.kind.is_query()).then(|| {
        state.may_have_run = Some(request.query_id.clone());
        CancelGuard::new(&call.session.cancellations, &endpoint.client, &request.query_id)
    });
    let result = async {
        let sent = connect_phase.watch(exchange.exchange(endpoint.client.clone(), request)).await;
        sent.map_err(|failure| connect_phase.explain(failure))
            .inspect_err(telemetry::attempt_failed)
    }
    .instrument(span)
    .await;
    let class = result.as_ref().err().map(|failure| failure.class);
    if !class.is_some_and(FailureClass::may_have_run) {
        state.may_have_run = earlier;
    }
    if class != Some(FailureClass::Ambiguous)
        && let Some(guard) = guard
    {
        guard.disarm();
    }
    result
}
