//! One run: a schedule on a simulated network.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use db_clickhouse::ClickHouseManager;
use futures_util::future::join_all;
use tokio::time::sleep;

use crate::call;
use crate::connector::Connector;
use crate::model::Shared;
use crate::network::Network;
use crate::oracle;
use crate::schedule::{CLIENT, Schedule};
use crate::server;

/// Longer than anything is kept that began in the storm: a kill, an idle connection.
const REST: Duration = Duration::from_secs(6);

/// A run that broke no promise.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Played {
    /// What happened.
    pub(crate) trace: Vec<String>,
    /// Calls that their caller neither limited nor dropped, and how many of them succeeded.
    pub(crate) patient: usize,
    pub(crate) succeeded: usize,
}

/// Plays the schedule of `seed`.
pub(crate) fn run(seed: u64) -> Result<Played, String> {
    let schedule = Arc::new(Schedule::of(seed));
    let model = Shared::of(&schedule);
    let calm = Arc::new(AtomicBool::new(false));
    let mut sim = turmoil::Builder::new()
        .rng_seed(seed)
        .tick_duration(Duration::from_millis(10))
        .simulation_duration(Duration::from_secs(600))
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(schedule.latency)
        .fail_rate(schedule.loss)
        .repair_rate(0.2)
        .build();
    for &name in schedule.servers {
        let model = model.clone();
        sim.host(name, move || {
            let model = model.clone();
            async move { Ok(server::serve(name, model).await?) }
        });
    }
    let violations = Arc::new(Mutex::new(Vec::new()));
    let played = Arc::new(Mutex::new(Played::default()));
    sim.client(CLIENT, {
        let (schedule, model) = (Arc::clone(&schedule), model.clone());
        let (calm, violations) = (Arc::clone(&calm), Arc::clone(&violations));
        let played = Arc::clone(&played);
        async move {
            let db = ClickHouseManager::with_connector(schedule.config(), Connector)?
                .with_jitter_seed(schedule.seed);
            let work = schedule.workers.iter().map(|steps| call::work(&db, steps.clone()));
            let calls: Vec<_> = join_all(work).await.into_iter().flatten().collect();
            calm.store(true, Ordering::SeqCst);
            model.lock().calm();
            sleep(REST).await;
            for call in &calls {
                let outcome = call.outcome.as_ref().map(|outcome| outcome.is_ok());
                if let (None, Some(succeeded)) = (call.step.timeout, outcome) {
                    let mut played = played.lock().unwrap();
                    played.patient += 1;
                    played.succeeded += usize::from(succeeded);
                }
                model.lock().trace.push(format!("{:?} {outcome:?} {:?}", call.step, call.took));
            }
            *violations.lock().unwrap() = oracle::violations(&schedule, &db, &model, &calls).await;
            Ok(())
        }
    });
    let mut network = Network::new(&schedule);
    loop {
        network.advance(&mut sim, &model, calm.load(Ordering::SeqCst));
        if sim.step().map_err(|error| error.to_string())? {
            break;
        }
    }
    let violations = violations.lock().unwrap();
    if violations.is_empty() {
        let mut played = std::mem::take(&mut *played.lock().unwrap());
        played.trace = std::mem::take(&mut model.lock().trace);
        return Ok(played);
    }
    Err(violations.join("\n"))
}
