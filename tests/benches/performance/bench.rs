//! Runs the contestants of a row one after the other, warmed the same way, and keeps the medians.

use std::cell::{Cell, RefCell};
use std::env;
use std::path::PathBuf;
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
use tokio::runtime::Runtime;

use crate::clients::Clients;
use crate::peers::Peers;
use crate::report;
use crate::row::{Goal, Measured, Row, US};

/// Sections to run, with commas in between.
const ONLY: &str = "BENCH_ONLY";

const SAMPLES: usize = 10;

pub(crate) struct Bench {
    only: Option<Vec<String>>,
    pub(crate) rows: Rows,
    pub(crate) runtime: Runtime,
    pub(crate) folder: PathBuf,
    pub(crate) peers: Peers,
    pub(crate) clients: Clients,
}

/// The rows so far, and what measures the next.
pub(crate) struct Rows {
    criterion: Criterion,
    rows: Vec<Row>,
}

/// Somebody who does the work of a row: once for each call, returning how long it took. What comes
/// before and after the work is not in that time.
pub(crate) struct Contestant<'a> {
    pub(crate) who: String,
    pub(crate) setting: String,
    pub(crate) run: Box<dyn FnMut() -> Duration + 'a>,
}

impl<'a> Contestant<'a> {
    pub(crate) fn new(who: &str, setting: &str, run: impl FnMut() -> Duration + 'a) -> Self {
        Self { who: who.to_owned(), setting: setting.to_owned(), run: Box::new(run) }
    }

    pub(crate) fn us(setting: &str, run: impl FnMut() -> Duration + 'a) -> Self {
        Self::new(US, setting, run)
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("performance");
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).unwrap();
        let criterion = Criterion::default().without_plots().nresamples(1_000);
        let only = env::var(ONLY).ok().filter(|only| !only.is_empty());
        let runtime = Runtime::new().unwrap();
        Self {
            rows: Rows { criterion: criterion.configure_from_args(), rows: Vec::new() },
            only: only.map(|only| only.split(',').map(|word| word.trim().to_owned()).collect()),
            clients: Clients::new(&folder),
            runtime,
            peers: Peers::start(&folder),
            folder,
        }
    }

    pub(crate) fn wants(&self, section: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.iter().any(|word| word == section))
    }

    /// Writes the table.
    pub(crate) fn finish(&mut self) {
        self.runtime.block_on(self.clients.close());
        report::write(&self.rows.rows, self.peers.missing());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

impl Rows {
    /// Measures a row in milliseconds.
    pub(crate) fn measure(&mut self, work: &str, goals: &[Goal], contestants: Vec<Contestant<'_>>) {
        let mut group = self.criterion.benchmark_group(work);
        group.sampling_mode(SamplingMode::Flat).sample_size(SAMPLES);
        group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_millis(700));
        let mut results = Vec::new();
        for Contestant { who, setting, run } in contestants {
            let (calls, run) = (RefCell::new(Vec::new()), RefCell::new(run));
            group.bench_function(format!("{who}, {setting}"), |bencher| {
                bencher.iter_custom(|count| {
                    let times: Vec<_> = (0..count).map(|_| run.borrow_mut()()).collect();
                    let all = times.iter().sum();
                    calls.borrow_mut().push(times);
                    all
                });
            });
            // Those before are warming up. Without any, the filter left it out.
            let mut calls = calls.into_inner();
            let measured = calls.split_off(calls.len().saturating_sub(SAMPLES)).concat();
            if !measured.is_empty() {
                results.push(Measured::quantile(&who, &setting, measured, 0.5));
            }
        }
        group.finish();
        self.add(work, "ms", goals, results);
    }

    /// A row that was measured elsewhere.
    pub(crate) fn add(
        &mut self,
        work: &str,
        unit: &'static str,
        goals: &[Goal],
        results: Vec<Measured>,
    ) {
        if !results.is_empty() {
            let row = Row { work: work.to_owned(), unit, results, goals: goals.to_vec() };
            println!("{}", report::line(&row));
            self.rows.push(row);
        }
    }
}

/// Runs `work` and returns how long it took and what it returned.
pub(crate) fn timed<T>(runtime: &Runtime, work: impl Future<Output = T>) -> (Duration, T) {
    let begin = std::time::Instant::now();
    let result = runtime.block_on(work);
    (begin.elapsed(), result)
}

/// Another number at each call.
pub(crate) fn counter() -> impl Fn() -> u64 {
    let next = Cell::new(0);
    move || next.replace(next.get() + 1)
}

/// Us before the others.
pub(crate) fn with<'a>(
    us: impl IntoIterator<Item = Contestant<'a>>,
    others: Vec<Contestant<'a>>,
) -> Vec<Contestant<'a>> {
    us.into_iter().chain(others).collect()
}
