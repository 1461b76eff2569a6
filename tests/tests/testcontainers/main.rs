//! The suite over ClickHouse in containers: the conformance of `db-clickhouse`, both repositories,
//! and what happens to calls when the server stands still, crashes, stops and comes back.
//!
//! It has a harness of its own, so that one container serves all tests that only need a server, and
//! so that no container is left when the run ends.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod candles;
mod lifecycle;
mod repositories;
mod shared;

use std::process::ExitCode;
use std::sync::Arc;

use candlehouse_tests::{conformance, container};
use libtest_mimic::{Arguments, Completion, Trial};
use shared::Shared;
use tokio::runtime::Runtime;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let runtime = Arc::new(Runtime::new().unwrap());
    let shared = Arc::new(Shared::default());

    let conformance = conformance::behaviours().into_iter().map(|behaviour| {
        let (runtime, shared) = (Arc::clone(&runtime), Arc::clone(&shared));
        Trial::test(format!("conformance::{}", behaviour.name), move || {
            runtime.block_on(async {
                (behaviour.check)(&shared.subject(behaviour.name).await).await;
            });
            Ok(())
        })
    });
    let repositories = repositories::TESTS.into_iter().map(|(name, test)| {
        let (runtime, shared) = (Arc::clone(&runtime), Arc::clone(&shared));
        Trial::test(format!("repositories::{name}"), move || {
            runtime.block_on(async { test(shared.temp_database(name).await).await });
            Ok(())
        })
    });
    let lifecycle = lifecycle::TESTS.into_iter().map(|(name, test)| {
        let runtime = Arc::clone(&runtime);
        Trial::ignorable_test(format!("lifecycle::{name}"), move || {
            runtime.block_on(async {
                if shared::may_do_without_docker() && !container::docker_answers().await {
                    return Ok(Completion::ignored_with("needs Docker, not only a server"));
                }
                test().await;
                Ok(Completion::Completed)
            })
        })
    });
    let trials = conformance.chain(repositories).chain(lifecycle).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    // The shared container goes with the last that shares it.
    runtime.block_on(async { drop(shared) });
    conclusion.exit_code()
}
