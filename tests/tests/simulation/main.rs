//! The server adapter on a simulated network against simulated servers: time is not real, and all
//! that happens follows from a seed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod answers;
mod body;
mod call;
mod connector;
mod dropped;
mod model;
mod network;
mod oracle;
mod schedule;
mod server;
mod server_outcome;
mod simulation;

use std::sync::atomic::{AtomicUsize, Ordering};

use candlehouse_tests::fault::seeds::{Share, play, processors};

/// Of a hundred calls that nobody limited or dropped, how many succeed at least, over many schedules.
const SUCCEED: usize = 40;

#[test]
fn no_schedule_of_faults_breaks_a_promise() {
    let (patient, succeeded) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let seeds = Share(80).seeds();
    play(&seeds, processors(), |seed| {
        let played = simulation::run(seed)?;
        patient.fetch_add(played.patient, Ordering::Relaxed);
        succeeded.fetch_add(played.succeeded, Ordering::Relaxed);
        Ok(())
    });
    let (patient, succeeded) = (patient.into_inner(), succeeded.into_inner());
    let many = seeds.len() >= 20;
    assert!(!many || succeeded * 100 >= patient * SUCCEED, "{succeeded} of {patient} succeeded");
}

#[test]
fn a_seed_gives_the_same_run_again() {
    for seed in [3, 14, 15] {
        assert_eq!(simulation::run(seed).unwrap(), simulation::run(seed).unwrap(), "seed {seed}");
    }
}
