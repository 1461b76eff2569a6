//! The candle repository on a real engine: what was stored is what is read, on every path.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

use candle_repository::{
    Calendar, Candle, CandleError, CandleRepository, CandleSeries, Interval, ModelError,
    SeriesFilter, SeriesKey, SortedCandles, TimeRange, Timestamp, UpsertReport,
};
use candlehouse_tests::embedded::{self, TempDatabase};
use candlehouse_tests::{fixtures, table};
use db_port::Statement;
use futures_util::TryStreamExt;
use proptest::prelude::*;

struct Store {
    db: TempDatabase,
    candles: CandleRepository,
}

async fn store(test: &str) -> Store {
    let db = embedded::temp_database(test).await;
    let candles = CandleRepository::new(db.shared());
    candles.create_schema().await.unwrap();
    candles.create_schema().await.unwrap();
    Store { db, candles }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn key(name: &str, interval: &str) -> SeriesKey {
    SeriesKey::parse(name, interval.parse().unwrap()).unwrap()
}

fn candle(open_time: Timestamp, close: f64) -> Candle {
    Candle { open_time, open: close, high: close + 1.0, low: close - 1.0, close, volume: 10.0 }
}

/// `count` candles in a row from `first`.
fn run(key: &SeriesKey, first: &str, count: usize) -> Vec<Candle> {
    let opens =
        std::iter::successors(Some(at(first)), |&open| Some(key.interval().next_open(open)));
    opens.take(count).zip(0_u32..).map(|(open, n)| candle(open, 100.0 + f64::from(n))).collect()
}

fn sorted((key, candles): (&SeriesKey, &Vec<Candle>)) -> SortedCandles {
    SortedCandles::new(key.clone(), candles.clone()).unwrap()
}

fn report(inserted: u64, corrected: u64, unchanged: u64) -> UpsertReport {
    let mut report = UpsertReport::default();
    (report.inserted, report.corrected, report.unchanged) = (inserted, corrected, unchanged);
    report
}

async fn stored(store: &Store, key: &SeriesKey) -> Vec<Candle> {
    store.candles.range(key, ..).await.unwrap().iter().collect()
}

/// Every read path gives `expected`, each candle once.
async fn assert_every_path(store: &Store, key: &SeriesKey, expected: &[Candle]) {
    assert_eq!(stored(store, key).await, expected);
    let parts: Vec<CandleSeries> =
        store.candles.range_stream(key, ..).await.unwrap().try_collect().await.unwrap();
    assert_eq!(parts.iter().flat_map(CandleSeries::iter).collect::<Vec<_>>(), expected);
    let count = expected.len() as u64;
    let latest = store.candles.latest(key, count + 1).await.unwrap();
    assert_eq!(latest.iter().collect::<Vec<_>>(), expected);
    let coverage = store.candles.coverage(key, .., Calendar::Continuous).await.unwrap();
    assert_eq!(coverage.count, count);
    assert_eq!(coverage.last, expected.last().map(|candle| candle.open_time));
    let series = store.candles.list_series().await.unwrap();
    assert_eq!(series.iter().find(|info| info.key == *key).unwrap().candles, count);
    let same = store.candles.resample(key, key.interval(), ..).await.unwrap();
    assert_eq!(same.iter().collect::<Vec<_>>(), expected);
}

async fn merge(store: &Store) {
    store.db.execute(Statement::new("OPTIMIZE TABLE candles FINAL")).await.unwrap();
}

async fn parts_and_rows(store: &Store) -> (u64, u64) {
    let rows = Statement::new("SELECT count() AS n FROM candles");
    let parts = Statement::new(
        "SELECT count() AS n FROM system.parts \
         WHERE active AND table = 'candles' AND database = currentDatabase()",
    );
    (table::number(&*store.db, parts).await, table::number(&*store.db, rows).await)
}

#[tokio::test]
async fn real_candles_come_back_field_by_field() {
    let store = store("real_candles_come_back_field_by_field").await;
    let stocks = fixtures::stocks();
    let keys: Vec<_> = stocks.keys().map(|ticker| key(ticker, "1d")).collect();
    let all: Vec<_> = keys.iter().zip(stocks.values()).map(sorted).collect();
    assert_eq!(store.candles.upsert_all(&all).await.unwrap(), report(12_154, 0, 0));
    for (key, candles) in keys.iter().zip(stocks.values()) {
        assert_every_path(&store, key, candles).await;
    }
    merge(&store).await;
    for (key, candles) in keys.iter().zip(stocks.values()) {
        assert_every_path(&store, key, candles).await;
    }
}

#[tokio::test]
async fn storing_the_same_candles_again_changes_nothing() {
    let store = store("storing_the_same_candles_again_changes_nothing").await;
    let key = key("NASDAQ:AAPL", "1d");
    let candles = run(&key, "2024-01-01", 100);
    assert_eq!(store.candles.upsert(&key, &candles).await.unwrap(), report(100, 0, 0));
    let before = parts_and_rows(&store).await;
    assert_eq!(store.candles.upsert(&key, &candles).await.unwrap(), report(0, 0, 100));
    assert_eq!(parts_and_rows(&store).await, before);
    assert_every_path(&store, &key, &candles).await;
}

/// Two series over the end of a year, few values: some candles are new, some differ, some are stored.
#[tokio::test]
async fn random_upserts_leave_what_a_map_holds() {
    let store = store("random_upserts_leave_what_a_map_holds").await;
    let mut random = fastrand::Rng::with_seed(7);
    let keys = ["NASDAQ:AAPL", "NASDAQ:MSFT", "NASDAQ:ZM"].map(|name| key(name, "1h"));
    let grid: Vec<_> = run(&keys[0], "2023-12-30", 96).iter().map(|c| c.open_time).collect();
    let mut model = std::collections::BTreeMap::<(usize, Timestamp), f64>::new();
    for round in 0..40 {
        let mut wanted = report(0, 0, 0);
        let mut batch = Vec::new();
        for (number, key) in keys.iter().enumerate() {
            let (share, kinds) = (random.f64(), random.u32(1..4));
            let mut candles = Vec::new();
            for &open in &grid {
                if random.f64() >= share {
                    continue;
                }
                let close = f64::from(random.u32(0..kinds));
                candles.push(candle(open, close));
                match model.insert((number, open), close) {
                    None => wanted.inserted += 1,
                    Some(before) if before == close => wanted.unchanged += 1,
                    Some(_) => wanted.corrected += 1,
                }
            }
            batch.push(sorted((key, &candles)));
        }
        random.shuffle(&mut batch);
        assert_eq!(store.candles.preview_upsert(&batch).await.unwrap(), wanted, "round {round}");
        assert_eq!(store.candles.upsert_all(&batch).await.unwrap(), wanted, "round {round}");
    }
    for (number, key) in keys.iter().enumerate() {
        let of_key = model.iter().filter(|((n, _), _)| *n == number);
        let expected: Vec<_> = of_key.map(|((_, open), close)| candle(*open, *close)).collect();
        assert_eq!(stored(&store, key).await, expected);
    }
}

#[tokio::test]
async fn a_correction_wins_on_every_path_before_and_after_merging() {
    let store = store("a_correction_wins_on_every_path_before_and_after_merging").await;
    let key = key("AAPL", "1h");
    store.db.execute(Statement::new("SYSTEM STOP MERGES candles")).await.unwrap();
    let mut candles = run(&key, "2024-01-30", 100);
    store.candles.upsert(&key, &candles).await.unwrap();
    for place in [0, 50, 99] {
        candles[place] = candle(candles[place].open_time, 7.0);
    }
    assert_eq!(store.candles.upsert(&key, &candles).await.unwrap(), report(0, 3, 97));
    assert_eq!(parts_and_rows(&store).await.1, 103);
    assert_every_path(&store, &key, &candles).await;
    store.db.execute(Statement::new("SYSTEM START MERGES candles")).await.unwrap();
    merge(&store).await;
    assert_eq!(parts_and_rows(&store).await.1, 100);
    assert_every_path(&store, &key, &candles).await;
}

#[tokio::test]
async fn what_the_table_takes_up_counts_replaced_rows_until_they_are_merged() {
    let store = store("what_the_table_takes_up_counts_replaced_rows_until_they_are_merged").await;
    let key = key("X:A", "1d");
    let empty = store.candles.table_stats().await.unwrap();
    assert_eq!((empty.rows, empty.bytes, empty.parts), (0, 0, 0));
    store.db.execute(Statement::new("SYSTEM STOP MERGES candles")).await.unwrap();
    let mut candles = run(&key, "2024-01-01", 3);
    store.candles.upsert(&key, &candles).await.unwrap();
    candles[1].volume = 11.0;
    store.candles.upsert(&key, &candles).await.unwrap();
    let before = store.candles.table_stats().await.unwrap();
    assert_eq!((before.rows, before.parts), (4, 2));
    store.db.execute(Statement::new("SYSTEM START MERGES candles")).await.unwrap();
    merge(&store).await;
    let merged = store.candles.table_stats().await.unwrap();
    assert_eq!((merged.rows, merged.parts), (3, 1));
    assert!(merged.bytes > 0);
}

#[tokio::test]
async fn a_correction_wins_over_a_revision_from_a_clock_that_was_ahead() {
    let store = store("a_correction_wins_over_a_revision_from_a_clock_that_was_ahead").await;
    let key = key("AAPL", "1d");
    let first = run(&key, "2024-01-01", 1);
    store.candles.upsert(&key, &first).await.unwrap();
    let ahead = "INSERT INTO candles SELECT * REPLACE (revision + 1000000000000000 AS revision, \
                 99 AS volume) FROM candles";
    store.db.execute(Statement::new(ahead)).await.unwrap();
    assert_eq!(stored(&store, &key).await[0].volume, 99.0);
    let corrected = [candle(first[0].open_time, 5.0)];
    let another_process = CandleRepository::new(store.db.shared());
    assert_eq!(another_process.upsert(&key, &corrected).await.unwrap(), report(0, 1, 0));
    assert_eq!(stored(&store, &key).await, corrected);
}

#[tokio::test]
async fn a_range_is_half_open_and_may_be_open_ended() {
    let store = store("a_range_is_half_open_and_may_be_open_ended").await;
    let key = key("AAPL", "1d");
    let candles = run(&key, "1969-12-28", 10);
    store.candles.upsert(&key, &candles).await.unwrap();
    let (start, end) = (candles[2].open_time, candles[6].open_time);
    let read = async |range: TimeRange| -> Vec<Candle> {
        store.candles.range(&key, range).await.unwrap().iter().collect()
    };
    assert_eq!(read(TimeRange::new(start, end).unwrap()).await, candles[2..6]);
    assert_eq!(read(TimeRange::from(start..)).await, candles[2..]);
    assert_eq!(read(TimeRange::from(..end)).await, candles[..6]);
    assert_eq!(read(TimeRange::ALL).await, candles);
    assert!(read(TimeRange::from(at("2030-01-01")..)).await.is_empty());
}

#[tokio::test]
async fn the_first_and_last_moment_that_can_be_kept_are_kept() {
    let store = store("the_first_and_last_moment_that_can_be_kept_are_kept").await;
    let key = key("AAPL", "1s");
    let last = key.interval().open_of(Timestamp::MAX);
    let candles = [candle(Timestamp::MIN, 2.0), candle(last, 3.0)];
    store.candles.upsert(&key, &candles).await.unwrap();
    assert_eq!(stored(&store, &key).await, candles);
}

#[tokio::test]
async fn series_do_not_mix() {
    let store = store("series_do_not_mix").await;
    let keys = [
        key("AAPL", "1d"),
        key("NASDAQ:AAPL", "1d"),
        key("NASDAQ:AAPL", "1w"),
        key("NASDAQ:AAPL", "1M"),
        key("NASDAQ:AAPL", "1m"),
        key("NASDAQ:it's\\", "1d"),
    ];
    for (key, close) in keys.iter().zip(2..) {
        let monday_the_first = candle(at("2024-01-01"), f64::from(close));
        store.candles.upsert(key, &[monday_the_first]).await.unwrap();
    }
    for (key, close) in keys.iter().zip(2..) {
        assert_eq!(stored(&store, key).await, [candle(at("2024-01-01"), f64::from(close))]);
    }
    let mut listed: Vec<_> =
        store.candles.list_series().await.unwrap().into_iter().map(|info| info.key).collect();
    let mut expected = keys.to_vec();
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn a_day_of_many_symbols_is_stored_and_corrected_at_once() {
    let store = store("a_day_of_many_symbols_is_stored_and_corrected_at_once").await;
    let keys: Vec<_> = (0..1500).map(|n| key(&format!("NYSE:S{n}"), "1d")).collect();
    let same_name_elsewhere = key("LSE:S7", "1d");
    let day = |close| vec![candle(at("2024-01-02"), close)];
    store.candles.upsert(&same_name_elsewhere, &day(99.0)).await.unwrap();
    let mut days: Vec<_> = (2..1502_u32).map(|n| day(f64::from(n))).collect();
    let upsert = async |days: &[Vec<Candle>]| {
        let all: Vec<_> = keys.iter().zip(days).map(sorted).collect();
        store.candles.upsert_all(&all).await.unwrap()
    };
    assert_eq!(upsert(&days).await, report(1500, 0, 0));
    days[7] = day(5000.0);
    assert_eq!(upsert(&days).await, report(0, 1, 1499));
    assert_eq!(stored(&store, &keys[7]).await, days[7]);
    assert_eq!(stored(&store, &keys[1499]).await, days[1499]);
    assert_eq!(stored(&store, &same_name_elsewhere).await, day(99.0));
}

#[tokio::test]
async fn one_bad_candle_keeps_the_whole_batch_out() {
    let store = store("one_bad_candle_keeps_the_whole_batch_out").await;
    let key = key("AAPL", "1d");
    let good = run(&key, "2024-01-01", 5);
    let with = |bad: Candle| good.iter().copied().chain([bad]).collect::<Vec<_>>();
    let next = at("2024-01-10");
    for bad in [
        Candle { high: f64::NAN, ..candle(next, 5.0) },
        Candle { low: 50.0, ..candle(next, 5.0) },
        Candle { volume: -1.0, ..candle(next, 5.0) },
        candle(at("2024-01-10T09:30"), 5.0),
    ] {
        let error = store.candles.upsert(&key, &with(bad)).await.unwrap_err();
        assert!(matches!(error, CandleError::Model(ModelError::InvalidCandle { .. })), "{error}");
    }
    let error = store.candles.upsert(&key, &with(candle(good[0].open_time, 5.0))).await;
    assert!(matches!(error, Err(CandleError::Model(ModelError::Conflict { .. }))), "{error:?}");
    assert!(stored(&store, &key).await.is_empty());
}

#[tokio::test]
async fn the_table_itself_refuses_candles_that_cannot_be() {
    let store = store("the_table_itself_refuses_candles_that_cannot_be").await;
    for sql in [
        "INSERT INTO candles VALUES ('', 'A', '1d', 0, 1, nan, 1, 1, 1, 1)",
        "INSERT INTO candles VALUES ('', 'A', '1d', 0, 1, 1, 2, 1, 1, 1)",
        "INSERT INTO candles VALUES ('', 'A', '1d', 0, 1, 1, 1, 1, -1, 1)",
    ] {
        let error = store.db.execute(Statement::new(sql)).await.unwrap_err();
        assert_eq!(error.code(), Some(469), "{error}");
    }
}

#[tokio::test]
async fn more_candles_than_one_batch_over_two_years_all_arrive() {
    let store = store("more_candles_than_one_batch_over_two_years_all_arrive").await;
    let key = key("BTCUSDT", "1s");
    let candles = run(&key, "2023-12-31T00:00", 250_000);
    let shuffled: Vec<_> = candles.iter().rev().copied().collect();
    assert_eq!(store.candles.upsert(&key, &shuffled).await.unwrap(), report(250_000, 0, 0));
    assert_eq!(store.candles.upsert(&key, &candles).await.unwrap(), report(0, 0, 250_000));
    assert_every_path(&store, &key, &candles).await;
}

#[tokio::test]
async fn a_stream_hands_out_parts_in_order() {
    let store = store("a_stream_hands_out_parts_in_order").await;
    let key = key("BTCUSDT", "1s");
    let candles = run(&key, "2024-01-01", 150_000);
    store.candles.upsert(&key, &candles).await.unwrap();
    let mut parts = store.candles.range_stream(&key, ..).await.unwrap();
    let mut seen = Vec::new();
    while let Some(part) = parts.try_next().await.unwrap() {
        assert!(part.len() < 100_000);
        seen.extend(part.iter());
    }
    assert_eq!(seen, candles);
}

#[tokio::test]
async fn deleted_candles_are_gone_and_can_be_stored_again() {
    let store = store("deleted_candles_are_gone_and_can_be_stored_again").await;
    let (mine, other) = (key("AAPL", "1d"), key("MSFT", "1d"));
    let candles = run(&mine, "2024-01-20", 30);
    for key in [&mine, &other] {
        store.candles.upsert(key, &candles).await.unwrap();
        store.candles.upsert(key, &[candle(candles[5].open_time, 9.0)]).await.unwrap();
        store.candles.upsert(key, &candles).await.unwrap();
    }
    let range = TimeRange::new(candles[3].open_time, candles[20].open_time).unwrap();
    assert_eq!(store.candles.delete(&mine, range).await.unwrap(), 17);
    assert_eq!(store.candles.delete(&mine, range).await.unwrap(), 0);
    let left: Vec<_> = candles[..3].iter().chain(&candles[20..]).copied().collect();
    assert_every_path(&store, &mine, &left).await;
    assert_every_path(&store, &other, &candles).await;
    merge(&store).await;
    assert_every_path(&store, &mine, &left).await;
    assert_eq!(store.candles.upsert(&mine, &candles).await.unwrap(), report(17, 0, 13));
    assert_every_path(&store, &mine, &candles).await;
}

/// What was seen last only says where to look first.
#[tokio::test]
async fn the_latest_candle_is_found_whatever_was_seen_before() {
    let store = store("the_latest_candle_is_found_whatever_was_seen_before").await;
    let (new, old, oldest) = (key("NEW", "1m"), key("OLD", "1m"), key("OLDEST", "1d"));
    let candles = run(&new, "2024-03-01", 40);
    store.candles.upsert(&new, &candles).await.unwrap();
    store.candles.upsert(&old, &run(&old, "2010-03-01", 7)).await.unwrap();
    store.candles.upsert(&oldest, &run(&oldest, "1999-03-01", 7)).await.unwrap();
    let latest = async |key: &SeriesKey| {
        let one = store.candles.latest(key, 1).await.unwrap();
        one.iter().map(|candle| candle.open_time).next()
    };
    for _ in 0..2 {
        assert_eq!(latest(&new).await, Some(candles[39].open_time));
        assert_eq!(latest(&new).await, Some(candles[39].open_time));
        assert_eq!(latest(&old).await, Some(at("2010-03-01T00:06")));
        assert_eq!(latest(&old).await, Some(at("2010-03-01T00:06")));
        assert_eq!(latest(&oldest).await, Some(at("1999-03-07")));
    }
    assert_eq!(latest(&new).await, Some(candles[39].open_time));
    let others = CandleRepository::new(store.db.shared());
    let later = run(&new, "2026-03-01", 2);
    others.upsert(&new, &later).await.unwrap();
    assert_eq!(latest(&new).await, Some(later[1].open_time));
    assert_eq!(latest(&new).await, Some(later[1].open_time));
    others.delete(&new, ..).await.unwrap();
    assert_eq!(latest(&new).await, None);
    assert_eq!(latest(&old).await, Some(at("2010-03-01T00:06")));
    assert_eq!(latest(&old).await, Some(at("2010-03-01T00:06")));
}

#[tokio::test]
async fn the_latest_candles_are_the_newest_in_order() {
    let store = store("the_latest_candles_are_the_newest_in_order").await;
    let key = key("AAPL", "1d");
    let candles = run(&key, "2024-01-01", 40);
    store.candles.upsert(&key, &candles).await.unwrap();
    let latest = store.candles.latest(&key, 3).await.unwrap();
    assert_eq!(latest.iter().collect::<Vec<_>>(), candles[37..]);
    assert!(store.candles.latest(&key, 0).await.unwrap().is_empty());
    let unknown = SeriesKey::parse("NOPE", Interval::DAY).unwrap();
    assert!(store.candles.latest(&unknown, 3).await.unwrap().is_empty());
}

#[tokio::test]
async fn coverage_shows_where_candles_are_missing() {
    let store = store("coverage_shows_where_candles_are_missing").await;
    let key = key("AAPL", "1m");
    let candles = run(&key, "2024-01-01", 100);
    let kept: Vec<_> = candles[..10].iter().chain(&candles[12..]).copied().collect();
    store.candles.upsert(&key, &kept).await.unwrap();
    let coverage = store.candles.coverage(&key, .., Calendar::Continuous).await.unwrap();
    assert_eq!((coverage.count, coverage.missing(), coverage.gaps.len()), (98, 2, 1));
    assert_eq!(coverage.gaps[0].first, candles[10].open_time);
    assert_eq!(coverage.gaps[0].last, candles[11].open_time);
}

/// Series of several exchanges, symbols and intervals, with gaps, over several years.
async fn market(store: &Store) {
    for (index, (name, interval, first)) in [
        ("AAPL", "1d", "2023-12-20"),
        ("NASDAQ:AAPL", "1d", "2023-12-01"),
        ("NASDAQ:AAPL", "1h", "2023-12-31"),
        ("NASDAQ:AAPL", "1m", "2024-01-05"),
        ("NASDAQ:AAPL", "1M", "2022-01-01"),
        ("NASDAQ:MSFT", "1d", "2020-01-01"),
        ("NYSE:AAPL", "1w", "2023-11-06"),
    ]
    .into_iter()
    .enumerate()
    {
        let key = key(name, interval);
        let mut candles = run(&key, first, 40);
        candles.remove(5 + index);
        candles.drain(20..23 + index);
        store.candles.upsert(&key, &candles).await.unwrap();
        let corrected = candle(candles[candles.len() - 1].open_time, 77.0);
        store.candles.upsert(&key, &[corrected]).await.unwrap();
    }
}

fn filters() -> Vec<SeriesFilter> {
    let text = |text: &str| Some(text.to_owned());
    let none = SeriesFilter::default;
    vec![
        none(),
        SeriesFilter { exchange: text(""), ..none() },
        SeriesFilter { exchange: text("NASDAQ"), interval: Some(Interval::DAY), ..none() },
        SeriesFilter { symbol: text("AAPL"), ..none() },
        SeriesFilter { symbol: text("AAPL"), exchange: text("NYSE"), ..none() },
        SeriesFilter { symbol: text("aapl"), ..none() },
        SeriesFilter { interval: Some(Interval::MONTH), ..none() },
    ]
}

fn lets_through(filter: &SeriesFilter, key: &SeriesKey) -> bool {
    filter.exchange.as_deref().is_none_or(|exchange| exchange == key.exchange())
        && filter.symbol.as_deref().is_none_or(|symbol| symbol == key.symbol())
        && filter.interval.is_none_or(|interval| interval == key.interval())
}

#[tokio::test]
async fn series_are_found_by_any_part_of_their_names() {
    let store = store("series_are_found_by_any_part_of_their_names").await;
    market(&store).await;
    let keys = store.candles.keys().await.unwrap();
    assert_eq!(keys.len(), 7);
    for filter in filters() {
        let expected: Vec<_> = keys.iter().filter(|key| lets_through(&filter, key)).collect();
        let found = store.candles.find_series(&filter).await.unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter:?}");
    }
}

#[tokio::test]
async fn the_latest_of_all_series_are_those_of_one_after_the_other() {
    let store = store("the_latest_of_all_series_are_those_of_one_after_the_other").await;
    market(&store).await;
    for filter in filters() {
        for count in [1, 3, 1000] {
            let mut one_by_one = Vec::new();
            for key in store.candles.find_series(&filter).await.unwrap() {
                one_by_one.push(store.candles.latest(&key, count).await.unwrap());
            }
            let all = store.candles.latest_of_all(&filter, count).await.unwrap();
            assert_eq!(all, one_by_one, "{filter:?} {count}");
        }
    }
    assert!(store.candles.latest_of_all(&SeriesFilter::default(), 0).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_coverage_of_all_series_is_that_of_one_after_the_other() {
    let store = store("the_coverage_of_all_series_is_that_of_one_after_the_other").await;
    market(&store).await;
    let calendar = |key: &SeriesKey| match key.exchange() {
        "NASDAQ" => Calendar::Weekdays,
        _ => Calendar::Continuous,
    };
    let (start, end) = (at("2024-01-01T12:30"), at("2024-01-10"));
    for range in [
        TimeRange::ALL,
        TimeRange::from(start..),
        TimeRange::from(..end),
        TimeRange::new(start, end).unwrap(),
        TimeRange::from(at("2030-01-01")..),
    ] {
        for filter in filters() {
            let mut one_by_one = Vec::new();
            for key in store.candles.find_series(&filter).await.unwrap() {
                let coverage = store.candles.coverage(&key, range, calendar(&key));
                one_by_one.push(coverage.await.unwrap());
            }
            let all = store.candles.coverage_of_all(&filter, range, calendar).await.unwrap();
            assert_eq!(all, one_by_one, "{filter:?} {range}");
        }
    }
}

#[tokio::test]
async fn calendars_are_found_in_the_days_of_each_series() {
    let store = store("calendars_are_found_in_the_days_of_each_series").await;
    let weekdays = |key: &SeriesKey, first, count| {
        let candles = run(key, first, count).into_iter();
        let rests = |open| !Calendar::Weekdays.expects(key.interval(), open);
        candles.filter(|candle| !rests(candle.open_time)).collect::<Vec<_>>()
    };
    for (name, interval, first, count) in [
        ("NYSE:OLD", "1d", "1969-12-01", 60),
        ("NYSE:OLD", "12h", "1969-12-01", 120),
        ("NYSE:NEW", "1d", "1900-01-01", 26),
        ("LSE:OLD", "1d", "2299-11-01", 60),
    ] {
        let key = key(name, interval);
        store.candles.upsert(&key, &weekdays(&key, first, count)).await.unwrap();
        // Corrected ones are stored twice until the table is merged.
        let first = candle(weekdays(&key, first, count)[0].open_time, 77.0);
        store.candles.upsert(&key, &[first]).await.unwrap();
    }
    let coin = key("BINANCE:OLD", "1d");
    store.candles.upsert(&coin, &run(&coin, "1969-12-01", 60)).await.unwrap();
    let found = async |filter: SeriesFilter| {
        let calendars = store.candles.find_calendars(&filter).await.unwrap();
        assert!(calendars.values().all(|&calendar| calendar == Calendar::Weekdays));
        calendars.keys().map(ToString::to_string).collect::<Vec<_>>()
    };
    let all = SeriesFilter::default();
    assert_eq!(found(all.clone()).await, ["LSE:OLD 1d", "NYSE:OLD 12h", "NYSE:OLD 1d"]);
    let nyse = SeriesFilter { exchange: Some("NYSE".into()), ..all };
    assert_eq!(found(nyse).await, ["NYSE:OLD 12h", "NYSE:OLD 1d"]);
}

#[tokio::test]
async fn weeks_of_real_stocks_follow_from_their_days() {
    let store = store("weeks_of_real_stocks_follow_from_their_days").await;
    let days = fixtures::stocks().remove("AAPL").unwrap();
    let key = key("AAPL", "1d");
    store.candles.upsert(&key, &days).await.unwrap();
    for to in [Interval::WEEK, Interval::MONTH] {
        let resampled = store.candles.resample(&key, to, ..).await.unwrap();
        assert_eq!(resampled.iter().collect::<Vec<_>>(), model(&days, to));
        assert_eq!(resampled.key().interval(), to);
    }
    let middle = TimeRange::new(at("2010-06-09"), at("2010-06-16")).unwrap();
    let weeks = store.candles.resample(&key, Interval::WEEK, middle).await.unwrap();
    let opens: Vec<_> = weeks.iter().map(|candle| candle.open_time).collect();
    assert_eq!(opens, [at("2010-06-07"), at("2010-06-14")]);
    assert_eq!(
        weeks.first().unwrap().open,
        days.iter().find(|d| d.open_time == at("2010-06-07")).unwrap().open
    );
}

#[tokio::test]
async fn what_does_not_add_up_is_not_resampled() {
    let store = store("what_does_not_add_up_is_not_resampled").await;
    let error = store.candles.resample(&key("A", "1w"), Interval::MONTH, ..).await.unwrap_err();
    assert_eq!(error.to_string(), "candles of 1w do not add up to whole candles of 1M");
}

#[tokio::test]
async fn volumes_add_up_without_drift() {
    let store = store("volumes_add_up_without_drift").await;
    let key = key("A", "1s");
    let mut candles = run(&key, "2024-01-01", 3_600);
    candles.iter_mut().for_each(|candle| candle.volume = 0.1);
    store.candles.upsert(&key, &candles).await.unwrap();
    let hours = store.candles.resample(&key, Interval::HOUR, ..).await.unwrap();
    assert_eq!(hours.volume(), [360.0]);
}

/// What resampling should give, computed the slow way.
fn model(candles: &[Candle], to: Interval) -> Vec<Candle> {
    candles
        .chunk_by(|a, b| to.open_of(a.open_time) == to.open_of(b.open_time))
        .map(|group| Candle {
            open_time: to.open_of(group[0].open_time),
            open: group[0].open,
            high: group.iter().map(|c| c.high).fold(f64::MIN, f64::max),
            low: group.iter().map(|c| c.low).fold(f64::MAX, f64::min),
            close: group[group.len() - 1].close,
            volume: group.iter().map(|c| c.volume).sum(),
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn the_database_and_the_library_agree_where_candles_begin(
        hours in proptest::collection::btree_set(-600_000_i64..2_800_000, 1..40),
        index in 0..Interval::all().count(),
        case: u64,
    ) {
        let to = Interval::all().nth(index).unwrap();
        prop_assume!(Interval::HOUR.divides(to));
        let key = key("A", "1h");
        let candles: Vec<_> = hours
            .iter()
            .map(|hour| candle(Timestamp::from_millis(hour * 3_600_000).unwrap(), *hour as f64))
            .collect();
        // Every other one is a correction, in a part of its own that overlaps with the first.
        let first = |(place, candle): (usize, &Candle)| match place % 2 {
            0 => Candle { volume: candle.volume + 1.0, ..*candle },
            _ => *candle,
        };
        let first: Vec<_> = candles.iter().enumerate().map(first).collect();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let resampled = runtime.block_on(async {
            let store = store(&format!("agree_{index}_{case}")).await;
            store.candles.upsert(&key, &first).await.unwrap();
            store.candles.upsert(&key, &candles).await.unwrap();
            store.candles.resample(&key, to, ..).await.unwrap()
        });
        prop_assert_eq!(resampled.iter().collect::<Vec<_>>(), model(&candles, to));
    }
}
