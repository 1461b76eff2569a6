//! The memory that a process takes to stream fifty million candles, over what it takes idle. Each
//! measurement is a process of its own: this program again.

use std::env;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use candle_repository::{CandleRepository, SeriesKey};
use chdb_server::{Server, ServerConfig, User};
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{QueryExecutor, Statement};
use futures_util::TryStreamExt;
use tokio::runtime::Runtime;

use crate::bench::Bench;
use crate::clients::{PASSWORD, USER};
use crate::program;
use crate::row::{Goal, Measured, US};

const CANDLES: u64 = 50_000_000;

/// What a child is to do, and where the candles are: a folder or an address.
const FILL: &str = "BENCH_STREAM_FILL";
const STREAM: &str = "BENCH_STREAM";

/// As fast as the engine makes them; what they look like does not matter here.
const FILL_SQL: &str = "INSERT INTO candles (exchange, symbol, interval, open_time, open, high, low, \
        close, volume, revision) \
    SELECT '', 'STREAM', '1s', fromUnixTimestamp64Milli(toInt64(number) * 1000, 'UTC'), price, price, \
        price, price, 1, 1 \
    FROM (SELECT number, 100 + (number * 7919 % 1000) / 100 AS price FROM numbers({count:UInt64}))";

pub(crate) fn memory(bench: &mut Bench) {
    let folder = bench.folder.join("streamed");
    ask(FILL, &folder.display().to_string());
    let goal = Goal::at_most(64.0, "at most 64 MB");
    let embedded = ask(STREAM, &folder.display().to_string());
    let server =
        Server::start(ServerConfig::at(&folder).with_user(User::new(USER, PASSWORD))).unwrap();
    let remote = ask(STREAM, &server.url());
    server.stop();
    std::fs::remove_dir_all(&folder).unwrap();
    for (place, (megabytes, seconds)) in [("embedded", embedded), ("server", remote)] {
        let result = |value| vec![Measured::new(US, "default", value)];
        let work = format!("memory over idle while 50 million candles are streamed, {place}");
        bench.rows.add(&work, "MB", std::slice::from_ref(&goal), result(megabytes));
        let work = format!("stream 50 million candles, {place}");
        bench.rows.add(&work, "ms", &[], result(seconds * 1e3));
    }
}

/// Runs a child; it answers with megabytes and seconds.
fn ask(what: &str, place: &str) -> (f64, f64) {
    let (_, output) = program::run(Command::new(env::current_exe().unwrap()).env(what, place));
    let (megabytes, seconds) = output.trim().split_once(' ').unwrap();
    (megabytes.parse().unwrap(), seconds.parse().unwrap())
}

pub(crate) fn is_child() -> bool {
    [FILL, STREAM].iter().any(|what| env::var_os(what).is_some())
}

pub(crate) fn child() {
    let fill = env::var(FILL).ok();
    let place = fill.clone().or_else(|| env::var(STREAM).ok()).unwrap();
    let db: Arc<dyn QueryExecutor> = if place.starts_with("http") {
        Arc::new(ClickHouseManager::new(ClickHouseConfig::from_url(&place).unwrap()).unwrap())
    } else {
        Arc::new(ChdbExecutor::new(ChdbConfig::on_disk(Path::new(&place))))
    };
    Runtime::new().unwrap().block_on(async {
        let candles = CandleRepository::new(Arc::clone(&db));
        if fill.is_some() {
            candles.create_schema().await.unwrap();
            db.execute(Statement::new(FILL_SQL).bind("count", CANDLES)).await.unwrap();
            println!("0 0");
        } else {
            let (megabytes, seconds) = stream(&candles).await;
            println!("{megabytes} {seconds}");
        }
        db.close().await.unwrap();
    });
}

async fn stream(candles: &CandleRepository) -> (f64, f64) {
    let key = SeriesKey::new("", "STREAM", "1s".parse().unwrap()).unwrap();
    candles.latest(&key, 1).await.unwrap();
    // From here on the peak is that of what follows.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let idle = peak();
    let begin = Instant::now();
    let parts = candles.range_stream(&key, ..).await.unwrap();
    let count = parts.try_fold(0, |count, part| async move { Ok(count + part.len() as u64) });
    assert_eq!(count.await.unwrap(), CANDLES);
    (peak() - idle, begin.elapsed().as_secs_f64())
}

/// The largest memory that this process has had, in megabytes.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}
