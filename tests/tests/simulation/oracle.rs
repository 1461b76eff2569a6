//! Which promises of the port a schedule's calls broke.

use std::time::Duration;

use candlehouse_tests::number_tables::read;
use db_clickhouse::{ClickHouseManager, InsertOutcome};
use db_port::{DbError, QueryExecutor, Statement};
use futures_util::future::join_all;

use crate::call::{Call, insert, statement};
use crate::model::{Model, READINGS, Shared};
use crate::schedule::{Action, Schedule, TABLES, Table};

/// What a tick of the simulation and a message on its way may add to a limit.
const SLACK: Duration = Duration::from_millis(60);
/// The limit of the health check, and of connecting, in every schedule.
const HEALTH: Duration = Duration::from_millis(700);
/// What closing may take beyond its time limit: for cancelled calls, and for telling the server.
const CLOSE_GRACE: Duration = Duration::from_secs(4);

/// The statement that nothing disturbs.
const LAST_MARK: i64 = -1;

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
        violations.extend(not_a_success(schedule, call));
        let wrong = match &call.step.action {
            Action::Insert { table, rows, token } => {
                let wrong = insert_went_wrong(schedule, &model.lock(), *table, rows, call);
                if wrong.is_none()
                    && let Some(Err(DbError::OutcomeUnknown { query_id, .. })) = &call.outcome
                {
                    let outcome = db.reconcile(&insert(*table, rows, *token), query_id).await;
                    reconciled_wrongly(&model.lock(), *table, rows, outcome)
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
    violations.extend(refused_after_the_faults(db, model).await);
    violations
}

/// Where nothing goes wrong, every call succeeds.
fn not_a_success(schedule: &Schedule, call: &Call) -> Option<String> {
    let failed = schedule.is_calm && !matches!(call.outcome, Some(Ok(_)));
    failed.then(|| described(call, "it failed although nothing went wrong"))
}

/// When the faults have ended, every kind of write succeeds.
async fn refused_after_the_faults(db: &ClickHouseManager, model: &Shared) -> Vec<String> {
    let mut refused = Vec::new();
    for (table, first) in TABLES.into_iter().zip((1..).map(|n| -10 * n)) {
        let rows = [first, first + 1];
        let stored = db.insert(insert(table, &rows, None)).await;
        let times = model.lock().times(table, &rows);
        if stored.is_err() || !times.contains(&vec![1, 1]) {
            refused.push(format!("an insert after the faults: {stored:?}, stored {times:?} times"));
        }
    }
    let done = db.execute(statement(LAST_MARK)).await;
    if done.is_err() || model.lock().done(LAST_MARK) != 1 {
        refused.push(format!("a statement after the faults: {done:?}"));
    }
    refused
}

fn described(call: &Call, wrong: &str) -> String {
    format!("{wrong}: {:?} ended with {:?} after {:?}", call.step, call.outcome, call.took)
}

fn insert_went_wrong(
    schedule: &Schedule,
    model: &Model,
    table: Table,
    rows: &[i64],
    call: &Call,
) -> Option<String> {
    let times = model.times(table, rows);
    let begun = model.begun(rows[0]);
    let may_run_again = table == Table::Tolerant || schedule.keeps_one(table);
    if begun > 1 && !may_run_again {
        return Some(format!("it was begun {begun} times"));
    }
    // What a table has forgotten it stores again: its window was too small for the calls meanwhile.
    let may_be_there_again = table == Table::Tolerant || model.was_forgotten(rows[0]);
    let in_all = |row: usize| times.iter().map(|times| times[row]).sum::<u32>();
    if !may_be_there_again && (0..rows.len()).any(|row| in_all(row) > 1) {
        return Some(format!("its rows are there {times:?} times"));
    }
    let is_whole = times.iter().any(|times| times.iter().all(|&times| times > 0));
    let wrong = match &call.outcome {
        Some(Ok(_)) => !is_whole,
        None | Some(Err(DbError::OutcomeUnknown { .. })) => false,
        Some(Err(_)) => times.iter().flatten().any(|&times| times > 0),
    };
    wrong.then(|| format!("its rows are there {times:?} times"))
}

fn reconciled_wrongly(
    model: &Model,
    table: Table,
    rows: &[i64],
    outcome: Result<InsertOutcome, DbError>,
) -> Option<String> {
    let times = model.times(table, rows);
    let stored = |times: &Vec<u32>| times.iter().filter(|&&times| times > 0).count();
    let most = times.iter().map(stored).max().unwrap_or_default();
    let right = match outcome {
        Ok(InsertOutcome::Stored) => most == rows.len(),
        Ok(InsertOutcome::NotStored) => most == 0,
        Ok(InsertOutcome::Partly { stored, of }) => {
            stored == most as u64 && of == rows.len() as u64 && 0 < most && most < rows.len()
        }
        _ => false,
    };
    (!right).then(|| format!("reconciling found {outcome:?}, its rows are there {times:?} times"))
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
