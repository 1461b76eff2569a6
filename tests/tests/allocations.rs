//! What Rust allocates: bytes for each candle that is read or parsed, whatever the machine.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

use std::alloc::System;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use candle_files::{CandleFile, ImportOptions};
use candle_repository::{Candle, CandleRepository, CandleSeries, Interval, SeriesKey};
use db_mock::{QueryReply, ScriptedExecutor};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const BATCH: usize = 65_409;
const BATCHES: usize = 8;

/// One test, because all threads of the process are counted.
#[tokio::test]
async fn bytes_that_are_allocated_for_each_candle() {
    read().await;
    parse();
}

/// The columns of a long answer are in pages of the system's, which this does not count.
async fn read() {
    let key = SeriesKey::new("X", "S", Interval::MINUTE).unwrap();
    let batches = (0..BATCHES).map(|number| batch(&key, number)).collect::<Vec<_>>();
    let db = ScriptedExecutor::new();
    db.on_query("FROM candles", QueryReply::batches(batches));
    let candles = CandleRepository::new(Arc::new(db));
    let region = Region::new(&INSTRUMENTED_SYSTEM);
    let series = candles.range(&key, ..).await.unwrap();
    let allocated = region.change().bytes_allocated;
    assert_eq!(series.len(), BATCHES * BATCH);
    let each = allocated as f64 / series.len() as f64;
    assert!(each <= 1.0, "{each} bytes for each candle that is read, beside its columns");
}

fn batch(key: &SeriesKey, number: usize) -> RecordBatch {
    let candles: Vec<_> = (number * BATCH..(number + 1) * BATCH).map(candle).collect();
    CandleSeries::from_candles(key.clone(), &candles).unwrap().to_batch().unwrap()
}

fn candle(minute: usize) -> Candle {
    let open_time = candle_repository::Timestamp::from_millis(minute as i64 * 60_000).unwrap();
    Candle { open_time, open: 1.25, high: 2.0, low: 1.0, close: 1.5, volume: minute as f64 }
}

fn parse() {
    const ROWS: usize = 100_000;
    let mut text = String::from("open_time,open,high,low,close,volume\n");
    for minute in 0..ROWS {
        let time = candle(minute).open_time.to_datetime().format("%Y-%m-%d %H:%M:%S");
        writeln!(text, "{time},1.25,2.5,1.0,1.5,{minute}").unwrap();
    }
    let options = ImportOptions { symbol: Some("S".into()), ..ImportOptions::default() };
    let region = Region::new(&INSTRUMENTED_SYSTEM);
    let file = CandleFile::parse(Path::new("s.csv"), text.as_bytes(), &options).unwrap();
    let allocated = region.change().bytes_allocated;
    assert_eq!(file.series[0].len(), ROWS);
    let each = allocated as f64 / ROWS as f64;
    assert!(each <= 420.0, "{each} bytes for each row that is parsed");
}
