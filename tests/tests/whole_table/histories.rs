//! Whatever was stored, corrected, stored twice, deleted, rewritten and merged before.

use std::sync::Arc;

use candle_repository::{CandleRepository, SeriesFilter, TimeRange, Timestamp};
use candlehouse_tests::{embedded, server};
use db_port::{QueryExecutor, Statement};
use fastrand::Rng;

use crate::store::{NO_MERGES, Store, key, run};

/// Long and short ones, over the end of a year.
const SERIES: [(&str, &str, &str, usize); 7] = [
    (":A", "1h", "2022-12-20", 700),
    ("X:A", "1h", "2022-12-22", 600),
    ("X:A", "1d", "2022-12-20", 20),
    ("X:B", "1h", "2022-12-01", 900),
    ("X:C", "1h", "2023-01-05", 3),
    ("Y:A", "15m", "2022-12-28", 900),
    ("Y:B", "1w", "2022-10-03", 30),
];

const STEPS: [&str; 7] = [
    "OPTIMIZE TABLE candles FINAL",
    "OPTIMIZE TABLE candles PARTITION 2022 FINAL",
    "INSERT INTO candles SELECT * FROM candles FINAL WHERE symbol = 'B'",
    "INSERT INTO candles SELECT * REPLACE (revision + 1 AS revision) FROM candles FINAL \
     WHERE symbol = 'A' AND open_time > '2023-01-01 00:00:00'",
    // A part that has candles twice.
    "INSERT INTO candles SELECT candles.* FROM candles FINAL ARRAY JOIN [1, 2] AS twice \
     SETTINGS optimize_on_insert = 0",
    "ALTER TABLE candles REWRITE PARTS SETTINGS mutations_sync = 2",
    "ALTER TABLE candles DELETE WHERE symbol = 'C' SETTINGS mutations_sync = 2",
];

#[derive(Debug, Default)]
struct Seen {
    names: [u32; 2],
    lists: [u32; 2],
}

async fn history(db: Arc<dyn QueryExecutor>, seed: u64, seen: &mut Seen) {
    let mut rng = Rng::with_seed(seed);
    let store = Store::new(db).await;
    let writer = CandleRepository::new(Arc::clone(&store.db));
    store.run(NO_MERGES).await;
    compare(&store, seen, "empty").await;
    for step in 0..16 {
        let (name, interval, first, count) = SERIES[rng.usize(..SERIES.len())];
        let key = key(name, interval);
        let from = rng.usize(..count);
        let at = format!("seed {seed}, step {step}");
        match rng.u8(..10) {
            0 => {
                let candles = run(&key, first, from, 10, 0.0);
                let end = key.interval().next_open(candles[candles.len() - 1].open_time);
                let range = TimeRange::new(candles[0].open_time, end).unwrap();
                writer.delete(&key, range).await.unwrap();
            }
            1..=4 => {
                let sql = STEPS[rng.usize(..STEPS.len())];
                store.run(sql).await;
                compare(&store, seen, &format!("{at}, {sql}")).await;
            }
            _ => {
                let close = rng.u8(..3).into();
                let candles = match rng.bool() {
                    true => run(&key, first, 0, count, close),
                    false => run(&key, first, from, 40, close),
                };
                writer.upsert(&key, &candles).await.unwrap();
            }
        }
        compare(&store, seen, &at).await;
    }
}

async fn compare(store: &Store, seen: &mut Seen, at: &str) {
    let all = SeriesFilter::default();
    let since: Timestamp = "1990-01-01".parse().unwrap();
    let scanned = CandleRepository::new(Arc::clone(&store.db));
    let scanned = scanned.series_info(&all, since..).await.unwrap();
    let names = store.asked.keys().await.unwrap();
    seen.names[usize::from(store.spy.saw_no_scan())] += 1;
    assert!(names.iter().eq(scanned.iter().map(|info| &info.key)), "{at}: {names:?}, {scanned:?}");
    let list = store.asked.list_series().await.unwrap();
    seen.lists[usize::from(store.spy.saw_no_scan())] += 1;
    assert_eq!(list, scanned, "{at}");
    let hours = SeriesFilter { interval: Some("1h".parse().unwrap()), ..SeriesFilter::default() };
    let list = store.asked.series_info(&hours, ..).await.unwrap();
    store.spy.saw_no_scan();
    let wanted = scanned.iter().filter(|info| Some(info.key.interval()) == hours.interval);
    assert!(list.iter().eq(wanted), "{at}");
}

fn is_shown_by(seen: &Seen) {
    let Seen { names: [_, names], lists: [scans, lists] } = seen;
    assert!(*names > 10 && *scans > 0 && *lists > 10, "{seen:?}");
}

#[tokio::test]
async fn lists_are_what_a_scan_says_on_the_embedded_engine() {
    let mut seen = Seen::default();
    for seed in 0..2 {
        let db = embedded::temp_database("lists_are_what_a_scan_says").await;
        history(db.shared(), seed, &mut seen).await;
        db.execute(Statement::new("DROP TABLE candles")).await.unwrap();
    }
    is_shown_by(&seen);
}

#[tokio::test]
async fn lists_are_what_a_scan_says_on_a_server() {
    let mut seen = Seen::default();
    for seed in 100..102 {
        let db = server::temp_database("lists_are_what_a_scan_says").await;
        history(db.shared(), seed, &mut seen).await;
    }
    is_shown_by(&seen);
}
