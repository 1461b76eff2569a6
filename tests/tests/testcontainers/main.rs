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

use candlehouse_tests::conformance;
use futures_util::FutureExt;
use libtest_mimic::{Arguments, Trial};
use shared::Shared;
use tokio::runtime::Runtime;

/// The tests of `$module`, each an async function that takes what `$argument` evaluates to.
macro_rules! trials {
    ($runtime:ident, $module:ident: $($name:ident),+ $(,)?) => {
        [$({
            let runtime = Arc::clone(&$runtime);
            Trial::test(concat!(stringify!($module), "::", stringify!($name)), move || {
                runtime.block_on($module::$name());
                Ok(())
            })
        }),+]
    };
    ($runtime:ident, $shared:ident, $module:ident: $($name:ident),+ $(,)?) => {
        [$({
            let (runtime, shared) = (Arc::clone(&$runtime), Arc::clone(&$shared));
            Trial::test(concat!(stringify!($module), "::", stringify!($name)), move || {
                runtime.block_on(async {
                    $module::$name(shared.fresh(stringify!($name)).await).await;
                });
                Ok(())
            })
        }),+]
    };
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let runtime = Arc::new(Runtime::new().unwrap());
    let shared = Arc::new(Shared::default());
    let mut trials = Vec::new();
    for behaviour in conformance::behaviours() {
        let (runtime, shared) = (Arc::clone(&runtime), Arc::clone(&shared));
        trials.push(Trial::test(format!("conformance::{}", behaviour.name), move || {
            runtime.block_on(async {
                let db = shared.fresh(behaviour.name).await;
                (behaviour.check)(&*db).await;
            });
            Ok(())
        }));
    }
    trials.extend(trials!(runtime, shared, repositories:
        candles_are_stored_corrected_and_read,
        symbols_are_stored_changed_and_found,
    ));
    trials.extend(trials!(runtime, lifecycle:
        a_call_to_a_server_that_stands_still_waits_or_ends_by_its_deadline,
        rows_acknowledged_before_a_crash_are_there_and_none_twice,
        health_tells_a_stopped_server_and_finds_it_started_again,
    ));
    let conclusion = libtest_mimic::run(&arguments, trials);
    runtime.block_on(async { drop(shared) }.boxed());
    conclusion.exit_code()
}
