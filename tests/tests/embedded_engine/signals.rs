//! What signals do in a program that has the engine open.
#![cfg(target_os = "linux")]

use std::fs;
use std::process::Command;

use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::QueryExecutor;
use nix::sys::signal::{Signal, raise};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::spawn_blocking;

use crate::{alone, child, numbers};

/// The signals that `/proc` lists for this thread under `name`, without the real-time ones, which
/// libraries share out among themselves.
fn signals(name: &str) -> u32 {
    let status = fs::read_to_string("/proc/thread-self/status").unwrap();
    let set = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    u32::from_str_radix(&set.trim()[8..], 16).unwrap() & 0x7fff_ffff
}

/// What the process does on which signals, and which ones its only thread for blocking work blocks.
async fn dispositions() -> [u32; 3] {
    let blocked = spawn_blocking(|| signals("SigBlk:")).await.unwrap();
    [signals("SigCgt:"), signals("SigIgn:"), blocked]
}

async fn opens_and_closes() {
    let before = dispositions().await;
    let mut asked_to_end =
        [SignalKind::terminate(), SignalKind::interrupt()].map(|kind| signal(kind).unwrap());
    let registered = dispositions().await;
    assert_ne!(registered, before);
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    for _ in 0..2 {
        db.connect().await.unwrap();
        numbers::works(&db).await.unwrap();
        assert_eq!(dispositions().await, registered);
        for (name, asked) in [Signal::SIGTERM, Signal::SIGINT].into_iter().zip(&mut asked_to_end) {
            raise(name).unwrap();
            asked.recv().await.unwrap();
        }
        db.close().await.unwrap();
        assert_eq!(dispositions().await, registered);
    }
    child::done();
}

#[test]
fn signals_do_what_they_did_before_the_engine_was_opened() {
    if child::part().is_some() {
        let mut runtime = Builder::new_current_thread();
        let runtime = runtime.enable_all().max_blocking_threads(1).build().unwrap();
        return runtime.block_on(opens_and_closes());
    }
    let this_test = signals_do_what_they_did_before_the_engine_was_opened;
    let part: &mut Command = &mut child::command(&this_test, "open");
    child::assert_done(&part.output().unwrap());
}

#[tokio::test]
async fn nothing_needs_a_new_thread_when_a_stream_is_dropped() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};

    if child::part().is_none() {
        let this_test = nothing_needs_a_new_thread_when_a_stream_is_dropped;
        return child::assert_done(&child::command(&this_test, "drop").output().unwrap());
    }
    let _engine = alone().await;
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    let stream = numbers::endless(&db).await;
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = pages.split_whitespace().next().unwrap().parse().unwrap();
    let (_, most) = getrlimit(Resource::RLIMIT_AS).unwrap();
    // No room for a stack.
    setrlimit(Resource::RLIMIT_AS, pages * 4096, most).unwrap();
    let spawned = std::thread::Builder::new().spawn(|| {}).is_ok();
    drop(stream);
    setrlimit(Resource::RLIMIT_AS, most, most).unwrap();
    assert!(!spawned);
    numbers::works(&db).await.unwrap();
    db.close().await.unwrap();
    child::done();
}
