//! What the simulated servers hold.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::Notify;

use crate::schedule::Schedule;
use crate::server_outcome::{QueryOutcome, ServerOutcome, duration};

/// The rows that every reading must return.
pub(crate) const READINGS: std::ops::Range<i64> = 0..60;

/// What the servers have in common, on disks that survive a crash.
#[derive(Default)]
pub(crate) struct Model {
    /// How often each row is stored, by table.
    rows: BTreeMap<(String, i64), u32>,
    /// Tokens by whom they are known to: a server, or all servers of a table.
    tokens: HashSet<(String, String)>,
    /// How often an insert with this first row, or the statement with this mark, began to run.
    begun: BTreeMap<i64, u32>,
    done: BTreeMap<i64, u32>,
    /// By server, as each keeps its own.
    finished: HashSet<(&'static str, String)>,
    running: HashMap<(&'static str, String), Arc<Notify>>,
    pub(crate) crashed: Vec<&'static str>,
    pub(crate) trace: Vec<String>,
    rng: Option<Rng>,
    failure_percent: u32,
    pub(crate) log: bool,
}

#[derive(Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<Model>>);

impl Shared {
    pub(crate) fn of(schedule: &Schedule) -> Self {
        let model = Model {
            rng: Some(Rng::with_seed(!schedule.seed)),
            failure_percent: schedule.failure_percent,
            log: schedule.log,
            ..Model::default()
        };
        Self(Arc::new(Mutex::new(model)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Model> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Model {
    pub(crate) fn outcome(&mut self) -> (Duration, ServerOutcome) {
        let failure_percent = self.failure_percent;
        let rng = self.rng.as_mut().unwrap();
        let outcome = ServerOutcome::draw(rng, failure_percent);
        (if failure_percent == 0 { Duration::ZERO } else { duration(rng) }, outcome)
    }

    pub(crate) fn query_outcome(&mut self) -> QueryOutcome {
        let failure_percent = self.failure_percent;
        QueryOutcome::draw(self.rng.as_mut().unwrap(), failure_percent)
    }

    /// From now on nothing goes wrong; what hangs ends.
    pub(crate) fn calm(&mut self) {
        self.failure_percent = 0;
        for (_, work) in self.running.drain() {
            work.notify_one();
        }
    }

    pub(crate) fn begin(&mut self, server: &'static str, work: i64, query_id: &str) -> Arc<Notify> {
        *self.begun.entry(work).or_default() += 1;
        let end = Arc::new(Notify::new());
        self.running.insert((server, query_id.to_owned()), Arc::clone(&end));
        end
    }

    pub(crate) fn end(&mut self, server: &'static str, query_id: &str) {
        self.running.remove(&(server, query_id.to_owned()));
    }

    /// Tells the work to end; whether there is such work.
    pub(crate) fn kill(&mut self, server: &'static str, query_id: &str) -> bool {
        let work = self.running.remove(&(server, query_id.to_owned()));
        work.inspect(|work| work.notify_one()).is_some()
    }

    pub(crate) fn store(&mut self, server: &str, table: &str, token: &str, rows: &[i64]) {
        let known_to = match table {
            "windowed" => Some(server),
            "replicated" => Some("all"),
            _ => None,
        };
        if known_to.is_some_and(|who| !self.tokens.insert((format!("{table} {who}"), token.into())))
        {
            return;
        }
        for &row in rows {
            *self.rows.entry((table.into(), row)).or_default() += 1;
        }
    }

    pub(crate) fn run_statement(&mut self, mark: i64) {
        *self.done.entry(mark).or_default() += 1;
    }

    pub(crate) fn log(&mut self, server: &'static str, query_id: &str) {
        self.finished.insert((server, query_id.to_owned()));
    }

    pub(crate) fn finished(&self, server: &str, call: &str) -> u64 {
        count(self.finished.iter(), server, call)
    }

    pub(crate) fn running(&self, server: &str, call: &str) -> u64 {
        count(self.running.keys(), server, call)
    }

    pub(crate) fn rows_of(&self, table: &str) -> Vec<i64> {
        let of = self.rows.iter().filter(|((name, _), _)| name == table);
        of.flat_map(|((_, row), &times)| vec![*row; times as usize]).collect()
    }

    /// How often a row is stored.
    pub(crate) fn times(&self, table: &str, row: i64) -> u32 {
        self.rows.get(&(table.to_owned(), row)).copied().unwrap_or_default()
    }

    pub(crate) fn begun(&self, work: i64) -> u32 {
        self.begun.get(&work).copied().unwrap_or_default()
    }

    pub(crate) fn done(&self, mark: i64) -> u32 {
        self.done.get(&mark).copied().unwrap_or_default()
    }
}

/// How many of these are attempts of the call at the server.
fn count<'a>(
    ids: impl Iterator<Item = &'a (&'static str, String)>,
    server: &str,
    call: &str,
) -> u64 {
    ids.filter(|(at, id)| *at == server && id.starts_with(call)).count() as u64
}
