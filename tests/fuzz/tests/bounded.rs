//! Spoiled files of every kind: refused with a message or read, in bounded time and memory.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

use std::alloc::System;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use candlehouse_fuzz::{Input, read, seeds, spoiled};
use fastrand::Rng;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How many spoiled files of each kind are read.
const EACH: u64 = 200;

/// No file is so long that it takes a tenth of this.
const HANGS: Duration = Duration::from_secs(60);

/// What a reader may allocate for two reads of a file of at most 64 KiB, in bytes.
const MOST: usize = 64 << 20;

/// One test, because all threads of the process are counted.
#[test]
fn a_spoiled_file_is_refused_or_read_in_bounded_time_and_memory() {
    let (started, starts) = channel();
    let worker = thread::spawn(move || {
        let seeds = seeds();
        for (kind, seed) in seeds.iter().enumerate() {
            for case in 0..EACH {
                let mut random = Rng::with_seed(kind as u64 * EACH + case);
                let other = &seeds[random.usize(..seeds.len())];
                let mut data = vec![random.u8(..)];
                data.extend(spoiled(seed, other, &mut random));
                started.send((kind, case)).unwrap();
                let region = Region::new(&INSTRUMENTED_SYSTEM);
                read(&Input::of(&data));
                let allocated = region.change().bytes_allocated;
                assert!(allocated < MOST, "kind {kind}, case {case}: {allocated} bytes");
            }
        }
        seeds.len()
    });
    let mut last = None;
    loop {
        match starts.recv_timeout(HANGS) {
            Ok(case) => last = Some(case),
            Err(RecvTimeoutError::Timeout) => panic!("{last:?} (kind, case) has not ended"),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let kinds = worker.join().unwrap_or_else(|_| panic!("{last:?} (kind, case) has failed"));
    assert_eq!(last, Some((kinds - 1, EACH - 1)));
}
