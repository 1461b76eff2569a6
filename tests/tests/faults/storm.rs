use std::time::Duration;

use candlehouse_tests::fault::answers::exception;
use candlehouse_tests::fault::seeds::{Share, play};
use candlehouse_tests::fault::{Fault, Storm};
use db_clickhouse::InsertOutcome;
use db_port::{DbError, Identifier, Insert, QueryExecutor, Statement};
use fastrand::Rng;

use crate::rig::{PLAIN, Rig, WINDOWED, numbers, read};

/// Enough for every limit below, many times over.
const LIMIT: Duration = Duration::from_secs(30);
const ROWS: Statement = Statement::new("SELECT toInt64(number) AS n FROM numbers(5)");

#[test]
fn no_storm_of_faults_loses_or_doubles_a_row() {
    // Its server is shared by all schedules.
    let _server = candlehouse_tests::server::shared_server();
    play(&Share(20).seeds(), |seed| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(schedule(seed))
    });
}

#[derive(Clone, Copy, PartialEq)]
enum Safety {
    Token,
    Promise,
    Nothing,
}

async fn schedule(seed: u64) -> Result<(), String> {
    let mut rng = Rng::with_seed(seed);
    let rig = Rig::new(&format!("storm_{seed}")).await;
    let retries = rng.u32(0..5);
    let db = rig.manager(&format!(
        "max_retries={retries}&retry_base_delay=0.005&retry_max_delay=0.02&request_timeout=0.7\
         &connect_timeout=0.5&retry_budget=50"
    ));
    rig.proxy.rules(|rules| {
        rules.storm = Some(Storm::new(seed, 40));
        rules.refusals = vec![
            Fault::answer(500, &exception(202, "Too many simultaneous queries")),
            Fault::answer(500, &exception(241, "Memory limit exceeded")),
            Fault::answer(503, ""),
        ];
    });
    let mut inserts = Vec::new();
    for n in 0..6 {
        let safety =
            [Safety::Token, Safety::Token, Safety::Promise, Safety::Nothing][rng.usize(0..4)];
        let insert = match safety {
            Safety::Token => numbers(WINDOWED, &[n, n]),
            Safety::Promise => numbers(PLAIN, &[n, n]).idempotent(),
            Safety::Nothing => numbers(PLAIN, &[n, n]),
        };
        let outcome = within(db.insert(insert.clone())).await?;
        inserts.push((n, safety, insert, outcome));
        if let Ok(rows) = within(read(&db, ROWS)).await?
            && rows != [0, 1, 2, 3, 4]
        {
            return Err(format!("a query returned {rows:?}"));
        }
    }
    rig.calm();
    for (n, safety, insert, outcome) in inserts {
        let stored = rig.times(&table(&insert), n).await;
        let told = format!("insert {n}, stored {stored} times, ended with {outcome:?}");
        let right = match (&outcome, safety) {
            (Ok(_), Safety::Promise) => stored >= 2 && stored % 2 == 0,
            (Ok(_), _) => stored == 2,
            (Err(DbError::OutcomeUnknown { .. }), Safety::Promise) => stored % 2 == 0,
            (Err(DbError::OutcomeUnknown { .. }), _) => stored == 0 || stored == 2,
            (Err(_), _) => stored == 0,
        };
        if !right {
            return Err(told);
        }
        if let Err(DbError::OutcomeUnknown { query_id, .. }) = &outcome {
            let found = db.reconcile(&insert, query_id).await;
            match found {
                Ok(InsertOutcome::Stored) if stored > 0 => {}
                Ok(InsertOutcome::NotStored) if stored == 0 => {}
                other => return Err(format!("{told}; reconciling found {other:?}")),
            }
        }
        if safety == Safety::Nothing {
            let ran = |fault: &Fault| !matches!(fault, Fault::Answer(_));
            let body = |n: i64| n.to_le_bytes();
            let attempts = rig.proxy.seen().into_iter().filter(|(request, fault)| {
                request.is_insert()
                    && ran(fault)
                    && request.head.contains("plain")
                    && request.body.windows(16).any(|w| w == [body(n), body(n)].concat())
            });
            let attempts = attempts.count();
            if attempts > 1 {
                return Err(format!("{told}; it was sent {attempts} times"));
            }
        }
    }
    let drop = Statement::from_audited_text(format!("DROP DATABASE storm_{seed}"));
    rig.direct.execute(drop).await.map_err(|error| error.to_string())
}

fn table(insert: &Insert) -> Identifier {
    insert.table().clone()
}

async fn within<T>(call: impl Future<Output = T>) -> Result<T, String> {
    tokio::time::timeout(LIMIT, call).await.map_err(|_| format!("it took longer than {LIMIT:?}"))
}
