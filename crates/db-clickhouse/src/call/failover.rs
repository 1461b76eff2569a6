//! One attempt of a call: the first server that can be reached gets the request.

use db_port::{DbError, Phase};

use super::attempt::send_to;
use super::exchange::Exchange;
use super::spec::CallSpec;
use crate::policy::attempt_state::AttemptState;
use crate::policy::failure::{Failure, FailureClass};
use crate::telemetry;
use crate::wire::is_login_refused;

pub(super) async fn attempt<E: Exchange>(
    call: &CallSpec<'_>,
    state: &mut AttemptState,
    exchange: &E,
) -> Result<E::Answer, Failure> {
    state.attempts += 1;
    telemetry::attempt_begins(call.operation, state.attempts);
    let endpoints = &call.session.endpoints;
    let servers = match call.only.or_else(|| state.only_server(call.idempotency)) {
        Some(position) => vec![position],
        None => endpoints.order(state.avoided()),
    };
    let mut unreachable = Vec::new();
    for (tried, &position) in servers.iter().enumerate() {
        let connect_share = call.deadline.connect_share(servers.len() - tried);
        match send_to(position, call, state, connect_share, exchange).await {
            Err(failure) if failure.class == FailureClass::NotSent => {
                endpoints.cool_down(position);
                unreachable.push((position, failure));
                if call.deadline.is_over() {
                    break;
                }
            }
            result => {
                if let Err(failure) = &result {
                    state.failed_at(position, failure);
                }
                note_answer(call, position, &result);
                return result;
            }
        }
    }
    call.session.set_connected(false);
    state.all_unreachable();
    Err(all_unreachable(call, unreachable))
}

/// What the result says of the server and of the connection. A refusal is an answer, too, but only
/// a server that does what it is asked makes a connection, and one that does not let the user in
/// ends it.
fn note_answer<T>(call: &CallSpec<'_>, position: usize, result: &Result<T, Failure>) {
    let refusal = match result {
        Ok(_) => None,
        Err(Failure { error: refusal @ DbError::Database { .. }, .. }) => Some(refusal),
        Err(_) => return,
    };
    call.session.endpoints.answered(position);
    match refusal {
        None => call.session.set_connected(true),
        Some(refusal) if is_login_refused(refusal) => call.session.set_connected(false),
        Some(_) => {}
    }
}

fn all_unreachable(call: &CallSpec<'_>, mut failures: Vec<(usize, Failure)>) -> Failure {
    let endpoints = &call.session.endpoints;
    let servers: Vec<_> =
        failures.iter().map(|&(position, _)| &*endpoints.get(position).server).collect();
    let (target, count) = (servers.join(", "), servers.len());
    match failures.pop() {
        None => Failure::permanent(call.deadline.exceeded(Phase::Connect)),
        Some((_, Failure { class, error: DbError::Unavailable { reason, source, .. } }))
            if count > 1 =>
        {
            let reason = format!("none of them; of the last: {reason}");
            Failure::new(class, DbError::Unavailable { target, reason, source })
        }
        Some((_, failure)) => failure,
    }
}
