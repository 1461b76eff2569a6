//! Many readers and a writer on one store at the same time.
#![cfg(unix)]

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta};

use crate::program::Home;
use crate::serving::Serving;

/// A file is stored as one batch, since it has few candles, all of one year.
const FILES: usize = 12;
const CANDLES: usize = 4_000;

fn write_files(home: &Home, symbol: &str) -> Vec<String> {
    let begin = DateTime::from_timestamp(1_704_067_200, 0).unwrap();
    let names = (0..FILES).map(|file| {
        let mut text = String::from("time,open,high,low,close,volume\n");
        for candle in 0..CANDLES {
            let minutes = i64::try_from(file * CANDLES + candle).unwrap();
            let time = (begin + TimeDelta::minutes(minutes)).format("%Y-%m-%dT%H:%M:%SZ");
            writeln!(text, "{time},1,3,1,2,{candle}").unwrap();
        }
        let name = format!("{symbol}{file}.csv");
        home.write(&name, text);
        name
    });
    names.collect()
}

/// How many candles of A a process of its own sees, and how long that took.
fn read(home: &Home) -> (usize, Duration) {
    let begin = Instant::now();
    let report = home.json("coverage A");
    let took = begin.elapsed();
    (report[0]["candles"].as_u64().unwrap().try_into().unwrap(), took)
}

fn import(home: &Home, symbol: &str, files: &[String]) {
    let options = ["import", "--symbol", symbol, "--interval", "1m"];
    let words = options.into_iter().chain(files.iter().map(String::as_str));
    home.run(&words.collect::<Vec<_>>()).success();
}

/// Reads again and again in each of `readers` threads while `write` runs. Each reader's counts.
fn read_beside(home: &Home, readers: usize, write: impl FnOnce()) -> Vec<Vec<(usize, Duration)>> {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reading = || {
            let mut seen = vec![read(home)];
            while !done.load(Ordering::SeqCst) {
                seen.push(read(home));
            }
            seen.push(read(home));
            seen
        };
        let readers: Vec<_> = (0..readers).map(|_| scope.spawn(reading)).collect();
        write();
        done.store(true, Ordering::SeqCst);
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    })
}

fn median(times: impl Iterator<Item = Duration>) -> f64 {
    let mut times: Vec<_> = times.collect();
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

#[test]
fn eight_readers_see_whole_batches_of_an_import_and_never_fewer_candles_than_before() {
    let home = Home::new();
    home.write("first.csv", "time,open,high,low,close\n2023-12-31T23:58:00Z,1,1,1,1\n");
    home.ok("import first.csv --symbol A --interval 1m");
    let serving = Serving::start(&home, "");
    let files = write_files(&home, "A");
    let seen = read_beside(&home, 8, || import(&home, "A", &files));
    for reader in &seen {
        let counts: Vec<_> = reader.iter().map(|(count, _)| *count).collect();
        assert!(counts.is_sorted(), "{counts:?}");
        assert!(counts.iter().all(|count| count % CANDLES == 1), "half a batch: {counts:?}");
        assert_eq!(counts.last(), Some(&(FILES * CANDLES + 1)), "{counts:?}");
    }
    let during = seen.iter().flatten().filter(|(count, _)| *count <= FILES * CANDLES).count();
    assert!(during > 8, "the readers came too late to see anything: {during}");

    // Beside an import of another series, so that what is read stays the same.
    let files = write_files(&home, "B");
    let alone = median((0..10).map(|_| read(&home).1));
    let beside = read_beside(&home, 1, || import(&home, "B", &files));
    let beside = median(beside.into_iter().flatten().map(|(_, took)| took));
    let crowd = read_beside(&home, 8, || thread::sleep(Duration::from_secs(2)));
    let crowd = median(crowd.into_iter().flatten().map(|(_, took)| took));
    eprintln!(
        "a read of {} candles in a process of its own, median: {alone:.0} ms alone; beside an \
         import {beside:.0} ms, {:.1} times; as one of eight {crowd:.0} ms, {:.1} times",
        FILES * CANDLES + 1,
        beside / alone,
        crowd / alone
    );
    serving.ends_well();
    assert_eq!(read(&home).0, FILES * CANDLES + 1);
    assert_eq!(home.csv("candles B").len(), FILES * CANDLES);
}
