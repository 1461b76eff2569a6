//! Which promises of the port a schedule's calls broke.

use std::time::Duration;

use candlehouse_tests::number_tables::read;
use db_clickhouse::{ClickHouseManager, InsertOutcome};
use db_port::{DbError, QueryExecutor, Statement};
use futures_util::future::join_all;

use crate::call::{Call, insert};
use crate::model::{Model, READINGS, Shared};
use crate::schedule::{Action, Schedule, Table};

/// What a tick of the simulation and a message on its way may add to a limit.
const SLACK: Duration = Duration::from_millis(60);
/// The limit of the health check, and of connecting, in every schedule.
const HEALTH: Duration = Duration::from_millis(700);
/// What closing may take beyond its time limit: for cancelled calls, and for telling the server.
const CLOSE_GRACE: Duration = Duration::from_secs(4);

/// Every promise that was broken. The network works again, and the servers are idle.
pub(crate) async fn violations(
    schedule: &Schedule,
    db: &ClickHouseManager,
    model: &Shared,
    calls: &[Call],
) -> Vec<String> {
    let mut violations = Vec::new();
    if let Err(error) = db.connect().await {
        violations.push(format!("no connection after the faults: {error:?}"));
    }
    for call in calls {
        violations.extend(too_long(schedule, call));
        let wrong = match &call.step.action {
            Action::Insert { table, rows, token } => {
                let wrong = insert_went_wrong(&model.lock(), *table, rows, call);
                if wrong.is_none()
                    && let Some(Err(DbError::OutcomeUnknown { query_id, .. })) = &call.outcome
                {
                    let outcome = db.reconcile(&insert(*table, rows, *token), query_id).await;
                    let stored = model.lock().times(table.name(), rows[0]) > 0;
                    match outcome {
                        Ok(InsertOutcome::Stored) if stored => None,
                        Ok(InsertOutcome::NotStored) if !stored => None,
                        other => Some(format!("reconciling found {other:?}, stored is {stored}")),
                    }
                } else {
                    wrong
                }
            }
            Action::Statement { mark, idempotent } => {
                statement_went_wrong(&model.lock(), *mark, *idempotent, call)
            }
            Action::Read => match &call.outcome {
                Some(Ok(rows)) if !rows.iter().copied().eq(READINGS) => {
                    Some(format!("it returned {rows:?}"))
                }
                _ => None,
            },
            Action::Health | Action::CloseAndReopen => None,
        };
        violations.extend(wrong.map(|wrong| described(call, &wrong)));
    }
    violations.extend(lost_permit(schedule, db).await);
    violations
}

fn described(call: &Call, wrong: &str) -> String {
    format!("{wrong}: {:?} ended with {:?} after {:?}", call.step, call.outcome, call.took)
}

fn insert_went_wrong(model: &Model, table: Table, rows: &[i64], call: &Call) -> Option<String> {
    let times: Vec<_> = rows.iter().map(|&row| model.times(table.name(), row)).collect();
    let begun = model.begun(rows[0]);
    let (least, most) = match &call.outcome {
        Some(Ok(_)) => (1, u32::MAX),
        None | Some(Err(DbError::OutcomeUnknown { .. })) => (0, u32::MAX),
        Some(Err(_)) => (0, 0),
    };
    let most = if table == Table::Tolerant { most } else { most.min(1) };
    if times.iter().any(|times| !(least..=most).contains(times)) {
        return Some(format!("its rows are there {times:?} times"));
    }
    if times.iter().any(|&other| other != times[0]) {
        return Some(format!("it was stored in part, {times:?}"));
    }
    let may_run_again = table.keeps_one() || table == Table::Tolerant;
    (begun > 1 && !may_run_again).then(|| format!("it was begun {begun} times"))
}

fn statement_went_wrong(model: &Model, mark: i64, idempotent: bool, call: &Call) -> Option<String> {
    let (begun, done) = (model.begun(mark), model.done(mark));
    if begun > 1 && !idempotent {
        return Some(format!("it was begun {begun} times"));
    }
    match &call.outcome {
        Some(Ok(_)) => (done == 0).then(|| "it was not done".into()),
        None | Some(Err(DbError::OutcomeUnknown { .. })) => None,
        Some(Err(_)) => (done > 0).then(|| format!("it was done {done} times")),
    }
}

fn too_long(schedule: &Schedule, call: &Call) -> Option<String> {
    let limits = &schedule.limits;
    let servers = u32::try_from(schedule.servers.len()).unwrap();
    // One request waits for a permit, then makes attempts until its time for them is over, the last
    // of which may have to wait for every server, both to take the request and to answer.
    let request = limits.pool + limits.retry_timeout + 2 * limits.request * servers;
    let limit = match (&call.step.action, call.step.timeout, call.step.dropped_after) {
        (_, _, Some(limit)) if call.outcome.is_none() => limit,
        (Action::Health, ..) => HEALTH,
        (Action::CloseAndReopen, ..) => limits.close + CLOSE_GRACE + request,
        (_, Some(own), _) => own,
        // What its columns are, whether it is protected, and the insert.
        (Action::Insert { .. }, ..) => 3 * request,
        // Each of the answer's pieces may be late.
        (Action::Read, ..) => request + 6 * limits.request,
        (Action::Statement { .. }, ..) => request,
    };
    (call.took > limit + SLACK).then(|| described(call, &format!("it took longer than {limit:?}")))
}

/// After all calls have ended, however they ended, every permit is free.
async fn lost_permit(schedule: &Schedule, db: &ClickHouseManager) -> Option<String> {
    let one = || async { db.query(Statement::new("SELECT n FROM `readings`")).await };
    let at_once = join_all((0..schedule.limits.connections).map(|_| one())).await;
    for result in &at_once {
        if let Err(error) = result {
            return Some(format!("a permit is lost: {error:?}"));
        }
    }
    drop(at_once);
    match read(db, Statement::new("SELECT n FROM `readings`")).await {
        Ok(rows) if rows.iter().copied().eq(READINGS) => None,
        other => Some(format!("reading after the faults gave {other:?}")),
    }
}
