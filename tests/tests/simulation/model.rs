//! What the simulated servers hold.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::Notify;

use crate::schedule::{SERVERS, Schedule, Table};
use crate::server_outcome::{QueryOutcome, ServerOutcome, duration};

/// The rows that every reading must return.
pub(crate) const READINGS: std::ops::Range<i64> = 0..60;

/// A server stores an insert in so many parts, one after the other: those of the even and of the odd
/// rows, as if they were partitions.
pub(crate) const PARTS: usize = 2;

/// Who has a table, and its name. What is replicated belongs to all servers.
type Owned = (&'static str, Table);

/// What the servers hold, on disks that survive a crash.
#[derive(Default)]
pub(crate) struct Model {
    /// How often each row is stored.
    rows: BTreeMap<(Owned, i64), u32>,
    /// The names of the last parts that a table stored, the latest at the end.
    tokens: HashMap<Owned, VecDeque<String>>,
    /// What a table has forgotten, and the inserts that it stored again after that.
    forgotten: HashSet<(Owned, String)>,
    stored_again: HashSet<i64>,
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
    pub(crate) window: usize,
}

#[derive(Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<Model>>);

impl Shared {
    pub(crate) fn of(schedule: &Schedule) -> Self {
        let model = Model {
            rng: Some(Rng::with_seed(!schedule.seed)),
            failure_percent: schedule.failure_percent,
            log: schedule.log,
            window: schedule.window,
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

    /// Stores the first `parts` of an insert, but no part whose token the table knows.
    pub(crate) fn store(
        &mut self,
        server: &'static str,
        table: Table,
        token: &str,
        rows: &[i64],
        parts: usize,
    ) {
        let owned = owned(server, table);
        for part in (0..).take(parts) {
            let of_part = rows.iter().filter(|row| row.rem_euclid(PARTS as i64) == part);
            let of_part: Vec<_> = of_part.copied().collect();
            if of_part.is_empty()
                || table.knows_tokens() && !self.remember(owned, token, part, rows)
            {
                continue;
            }
            for row in of_part {
                *self.rows.entry((owned, row)).or_default() += 1;
            }
        }
    }

    /// Whether the part is new to the table, as far as it remembers.
    fn remember(&mut self, owned: Owned, token: &str, part: i64, rows: &[i64]) -> bool {
        let name = format!("{part} {token}");
        let tokens = self.tokens.entry(owned).or_default();
        if tokens.contains(&name) {
            return false;
        }
        if self.forgotten.contains(&(owned, name.clone())) {
            self.stored_again.insert(rows[0]);
        }
        tokens.push_back(name);
        if tokens.len() > self.window {
            self.forgotten.extend(tokens.pop_front().map(|name| (owned, name)));
        }
        true
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

    /// What a query of the table at this server returns.
    pub(crate) fn rows_of(&self, server: &'static str, table: Table) -> Vec<i64> {
        let of = self.rows.iter().filter(|((whose, _), _)| *whose == owned(server, table));
        of.flat_map(|((_, row), &times)| vec![*row; times as usize]).collect()
    }

    /// How often each of these rows is stored in each of the tables of this kind.
    pub(crate) fn times(&self, table: Table, rows: &[i64]) -> Vec<Vec<u32>> {
        let owners = SERVERS.map(|server| owned(server, table));
        let owners = if owners[0] == owners[1] { &owners[..1] } else { &owners[..] };
        let times = |whose, row| self.rows.get(&(whose, row)).copied().unwrap_or_default();
        owners.iter().map(|&whose| rows.iter().map(|&row| times(whose, row)).collect()).collect()
    }

    /// Whether the table had forgotten this insert when it was sent again.
    pub(crate) fn was_forgotten(&self, first_row: i64) -> bool {
        self.stored_again.contains(&first_row)
    }

    pub(crate) fn begun(&self, work: i64) -> u32 {
        self.begun.get(&work).copied().unwrap_or_default()
    }

    pub(crate) fn done(&self, mark: i64) -> u32 {
        self.done.get(&mark).copied().unwrap_or_default()
    }
}

fn owned(server: &'static str, table: Table) -> Owned {
    (if table == Table::Replicated { "all" } else { server }, table)
}

/// How many of these are attempts of the call at the server.
fn count<'a>(
    ids: impl Iterator<Item = &'a (&'static str, String)>,
    server: &str,
    call: &str,
) -> u64 {
    ids.filter(|(at, id)| *at == server && id.starts_with(call)).count() as u64
}
