//! Which schedules a run plays, and how a failing one is told.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// As many schedules at a time as there are processors.
#[must_use]
pub fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Schedules of a run that does not say how many: few, so that all tests together stay quick.
const FEW: u64 = 50;

/// The part of a run's schedules that one test plays, in hundredths.
#[derive(Debug, Clone, Copy)]
pub struct Share(pub u64);

impl Share {
    /// The seeds to play: the one in `FAULT_SEED`, or as many as `FAULT_SCHEDULES` asks of all
    /// tests together.
    ///
    /// # Panics
    /// If a variable is no whole number.
    #[must_use]
    pub fn seeds(self) -> Vec<u64> {
        match variable("FAULT_SEED") {
            Some(seed) => vec![seed],
            None => {
                let all = variable("FAULT_SCHEDULES").unwrap_or(FEW);
                (1..=(all * self.0).div_ceil(100)).collect()
            }
        }
    }
}

fn variable(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} must be a whole number, not {text:?}")))
}

/// Plays every seed, so many at a time.
///
/// # Panics
/// When one fails: with what it said, and how to play it again.
pub fn play(seeds: &[u64], at_once: usize, schedule: impl Fn(u64) -> Result<(), String> + Sync) {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = catch_unwind(AssertUnwindSafe(|| schedule(seed)));
            let outcome = outcome.unwrap_or_else(|_| Err("it panicked, as said above".into()));
            if let Err(reason) = outcome {
                failed.lock().unwrap_or_else(PoisonError::into_inner).push((seed, reason));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(work);
        }
    });
    let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.sort_unstable();
    if let Some((seed, reason)) = failed.first() {
        let others: Vec<_> = failed[1..].iter().map(|(seed, _)| seed.to_string()).collect();
        panic!(
            "schedule {seed} failed: {reason}\nplay it again: FAULT_SEED={seed} make faults\n\
             {} of {} failed; the others: {}",
            failed.len(),
            seeds.len(),
            others.join(" ")
        );
    }
}
