//! Random faults on real sockets, from a seed.

use std::time::Duration;

use candlehouse_tests::fault::answers::exception;
use candlehouse_tests::fault::seeds::{Share, play};
use candlehouse_tests::fault::{Fault, Request, Storm};
use candlehouse_tests::number_tables::{PLAIN, WINDOWED, numbers, read};
use db_clickhouse::{ClickHouseManager, InsertOutcome};
use db_port::{DbError, Insert, QueryExecutor, Statement};
use fastrand::Rng;

use crate::harness::Harness;

const DATABASE: &str = "storm";
/// Enough for every limit below, many times over.
const LIMIT: Duration = Duration::from_secs(30);
const ROWS: Statement = Statement::new("SELECT toInt64(number) AS n FROM numbers(5)");

/// Schedules mostly wait.
const AT_ONCE: usize = 6;

#[test]
fn no_storm_of_faults_loses_or_doubles_a_row() {
    let server = candlehouse_tests::server::shared_server();
    block_on(async { drop(Harness::on(server.url(), DATABASE).await) });
    play(&Share(20).seeds(), AT_ONCE, |seed| block_on(schedule(seed, server.url())));
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(work)
}

/// Who keeps an insert from being stored twice.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Safety {
    Token,
    Promise,
    Nothing,
}

/// An insert that is over.
struct Done {
    n: i64,
    safety: Safety,
    insert: Insert,
    outcome: Result<(), DbError>,
}

async fn schedule(seed: u64, server: &str) -> Result<(), String> {
    let mut rng = Rng::with_seed(seed);
    let harness = Harness::around(server, DATABASE);
    let retries = rng.u32(0..5);
    let db = harness.manager(&format!(
        "max_retries={retries}&retry_base_delay=0.005&retry_max_delay=0.02&send_receive_timeout=0.7\
         &connect_timeout=0.5&retry_budget=50"
    ));
    harness.proxy.rules(|rules| {
        rules.storm = Some(Storm::new(seed, 40));
        rules.refusals = vec![
            Fault::answer(500, &exception(202, "Too many simultaneous queries")),
            Fault::answer(500, &exception(241, "Memory limit exceeded")),
            Fault::answer(503, ""),
        ];
    });
    let mut inserts = Vec::new();
    let first = i64::try_from(seed).map_err(|error| error.to_string())? * 10;
    for n in first..first + 4 {
        let safety =
            *pick(&mut rng, &[Safety::Token, Safety::Token, Safety::Promise, Safety::Nothing]);
        let insert = match safety {
            Safety::Token => numbers(WINDOWED, [n, n]),
            Safety::Promise => numbers(PLAIN, [n, n]).idempotent(),
            Safety::Nothing => numbers(PLAIN, [n, n]),
        };
        let outcome = within(db.insert(insert.clone())).await?.map(drop);
        inserts.push(Done { n, safety, insert, outcome });
        if let Ok(rows) = within(read(&db, ROWS)).await?
            && rows != [0, 1, 2, 3, 4]
        {
            return Err(format!("a query returned {rows:?}"));
        }
    }
    harness.calm();
    harness.at_rest().await;
    for safe in [numbers(WINDOWED, [first + 8]), numbers(PLAIN, [first + 9])] {
        let stored = within(db.insert(safe)).await?;
        stored.map_err(|error| format!("an insert after the storm failed: {error:?}"))?;
    }
    for done in inserts {
        judge(&harness, &db, &done).await.map_err(|wrong| {
            format!("{wrong}: insert {} by {:?} ended with {:?}", done.n, done.safety, done.outcome)
        })?;
    }
    Ok(())
}

async fn judge(harness: &Harness, db: &ClickHouseManager, done: &Done) -> Result<(), String> {
    let Done { n, safety, insert, outcome } = done;
    let stored = harness.count(insert.table(), *n).await;
    let right = match (outcome, safety) {
        (Ok(()), Safety::Promise) => stored >= 2 && stored % 2 == 0,
        (Ok(()), _) => stored == 2,
        (Err(DbError::OutcomeUnknown { .. }), Safety::Promise) => stored % 2 == 0,
        (Err(DbError::OutcomeUnknown { .. }), _) => stored == 0 || stored == 2,
        (Err(_), _) => stored == 0,
    };
    if !right {
        return Err(format!("{stored} rows are stored"));
    }
    let attempts = harness
        .proxy
        .seen()
        .iter()
        .filter(|(request, fault)| is_attempt(request, fault, *n))
        .count();
    if outcome.is_ok() && attempts == 0 {
        return Err("it was acknowledged and never sent".into());
    }
    if *safety == Safety::Nothing && attempts > 1 {
        return Err(format!("it was sent {attempts} times"));
    }
    if let Err(DbError::OutcomeUnknown { query_id, .. }) = outcome {
        match db.reconcile(insert, query_id).await {
            Ok(InsertOutcome::Stored) if stored > 0 => {}
            Ok(InsertOutcome::NotStored) if stored == 0 => {}
            other => return Err(format!("{stored} rows are stored, reconciling found {other:?}")),
        }
    }
    Ok(())
}

/// Whether the server may have run this request, which inserts `n` twice.
fn is_attempt(request: &Request, fault: &Fault, n: i64) -> bool {
    let rows = [n.to_le_bytes(), n.to_le_bytes()].concat();
    let refused = matches!(fault, Fault::Answer(_));
    request.is_insert()
        && !refused
        && request.content().windows(rows.len()).any(|part| part == rows)
}

fn pick<'a, T>(rng: &mut Rng, choices: &'a [T]) -> &'a T {
    &choices[rng.usize(..choices.len())]
}

async fn within<T>(call: impl Future<Output = T>) -> Result<T, String> {
    tokio::time::timeout(LIMIT, call).await.map_err(|_| format!("it took longer than {LIMIT:?}"))
}
