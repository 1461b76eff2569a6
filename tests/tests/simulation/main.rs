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

use candlehouse_tests::fault::seeds::{Share, play, processors};

#[test]
fn no_schedule_of_faults_breaks_a_promise() {
    play(&Share(80).seeds(), processors(), |seed| simulation::run(seed).map(drop));
}

#[test]
fn a_seed_gives_the_same_run_again() {
    for seed in [3, 14, 15] {
        assert_eq!(simulation::run(seed).unwrap(), simulation::run(seed).unwrap(), "seed {seed}");
    }
}
