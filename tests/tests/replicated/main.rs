//! A replicated table that stays read-only, on a server with ZooKeeper.
//!
//! It has a harness of its own, so that it is reported as ignored where there is no ZooKeeper. Where
//! `ZOOKEEPER_REQUIRED` is set, that is a failure.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "everything here is a test"
)]

mod read_only;

use std::env;
use std::process::ExitCode;

use candlehouse_tests::zookeeper::ZooKeeper;
use libtest_mimic::{Arguments, Trial};
use tokio::runtime::Runtime;

/// Somebody relies on these tests.
const REQUIRED: &str = "ZOOKEEPER_REQUIRED";

fn main() -> ExitCode {
    let missing = ZooKeeper::missing();
    let ignored = missing.is_some() && env::var_os(REQUIRED).is_none();
    let trials = read_only::TESTS.into_iter().map(|(name, test)| {
        let missing = missing.clone();
        let run = move || match missing {
            None => {
                Runtime::new().unwrap().block_on(test());
                Ok(())
            }
            Some(reason) => Err(reason.into()),
        };
        // Known before it runs, because that is when nextest wants to know.
        Trial::test(format!("read_only::{name}"), run).with_ignored_flag(ignored)
    });
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials.collect());
    if let Some(reason) = missing.filter(|_| conclusion.num_ignored > 0) {
        eprintln!("ignored: {reason}");
    }
    conclusion.exit_code()
}
