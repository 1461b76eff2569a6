//! Questions about many series and about their ends say what a model says, whatever was stored,
//! corrected, stored twice, deleted and merged before.
#![allow(clippy::unwrap_used, reason = "everything here is a test")]

use std::collections::BTreeMap;
use std::sync::Arc;

use candle_repository::{
    Calendar, Candle, CandleRepository, Interval, SeriesFilter, SeriesKey, TimeRange, Timestamp,
};
use candlehouse_tests::{embedded, server};
use db_port::{QueryExecutor, Statement};
use fastrand::Rng;
use market_model::{CalendarFinder, GapFinder};

type Model = BTreeMap<SeriesKey, BTreeMap<Timestamp, Candle>>;

/// Series that share granules, in three years, and one that is older than the others.
const NAMES: [(&str, &str, &str); 6] = [
    ("X:A", "1h", "2022-12-28"),
    ("X:A", "1d", "2022-12-20"),
    ("X:B", "1h", "2022-12-30"),
    ("Y:A", "1w", "2022-10-03"),
    (":A", "1h", "2020-12-30"),
    ("Y:C", "1M", "2022-01-01"),
];

const NO_MERGES: &str =
    "ALTER TABLE candles MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1";

async fn run(db: &dyn QueryExecutor, candles: &CandleRepository, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let mut model = Model::new();
    candles.create_schema().await.unwrap();
    // Parts are merged when the test says so.
    db.execute(Statement::new(NO_MERGES)).await.unwrap();
    for step in 0..14 {
        let (name, interval, first) = NAMES[rng.usize(..NAMES.len())];
        let key = SeriesKey::parse(name, interval.parse().unwrap()).unwrap();
        let opens: Vec<_> = grid(&key, first, 150);
        let from = rng.usize(..opens.len());
        let some = &opens[from..(from + 1 + rng.usize(..60)).min(opens.len())];
        match rng.u8(..10) {
            0 => {
                db.execute(Statement::new("INSERT INTO candles SELECT * FROM candles"))
                    .await
                    .unwrap();
            }
            1 => {
                let range = TimeRange::new(some[0], key.interval().next_open(some[some.len() - 1]))
                    .unwrap();
                let gone = candles.delete(&key, range).await.unwrap();
                let series = model.entry(key).or_default();
                let before = series.len();
                series.retain(|&open, _| !range.contains(open));
                assert_eq!(gone as usize, before - series.len(), "seed {seed}, step {step}");
            }
            2 => {
                db.execute(Statement::new("OPTIMIZE TABLE candles FINAL")).await.unwrap();
            }
            _ => {
                let holes = rng.bool();
                let mut new: Vec<_> = some.to_vec();
                new.retain(|_| !holes || rng.u8(..8) > 0);
                let new: Vec<_> =
                    new.into_iter().map(|open| candle(open, rng.u8(..4).into())).collect();
                candles.upsert(&key, &new).await.unwrap();
                let series = model.entry(key).or_default();
                series.extend(new.into_iter().map(|candle| (candle.open_time, candle)));
            }
        }
        model.retain(|_, series| !series.is_empty());
        compare(candles, &model, &mut rng, &format!("seed {seed}, step {step}")).await;
    }
}

async fn compare(candles: &CandleRepository, model: &Model, rng: &mut Rng, at: &str) {
    let all = SeriesFilter::default();
    let keys: Vec<_> = model.keys().cloned().collect();
    assert_eq!(candles.keys().await.unwrap(), keys, "{at}");
    let infos = candles.list_series().await.unwrap();
    let infos: Vec<_> = infos.iter().map(|i| (&i.key, i.candles, i.first, i.last)).collect();
    let expected = model.iter().map(|(key, series)| {
        let (first, last) = (series.keys().next().unwrap(), series.keys().next_back().unwrap());
        (key, series.len() as u64, *first, *last)
    });
    let expected: Vec<_> = expected.collect();
    assert_eq!(infos, expected, "{at}");

    let count = [1, 2, 7, 40, 200, 1001][rng.usize(..6)];
    let latest = candles.latest_of_all(&all, count).await.unwrap();
    let expected = |series: &BTreeMap<_, Candle>| -> Vec<Candle> {
        series.values().skip(series.len().saturating_sub(count as usize)).copied().collect()
    };
    let latest: Vec<_> = latest.iter().map(|s| (s.key(), s.iter().collect::<Vec<_>>())).collect();
    let of_all: Vec<_> = model.iter().map(|(key, series)| (key, expected(series))).collect();
    assert_eq!(latest, of_all, "{at}, {count}");
    for (key, series) in model {
        let latest = candles.latest(key, count).await.unwrap();
        assert_eq!(latest.iter().collect::<Vec<_>>(), expected(series), "{at}, {key}, {count}");
    }

    let calendar = |key: &SeriesKey| match key.exchange() {
        "X" => Calendar::Weekdays,
        _ => Calendar::Continuous,
    };
    let part = TimeRange::new(time("2022-12-29T12:00"), time("2023-01-02")).unwrap();
    for range in [TimeRange::ALL, part] {
        let found = candles.coverage_of_all(&all, range, calendar).await.unwrap();
        let expected = model.iter().map(|(key, series)| {
            let mut finder = GapFinder::new(key.clone(), calendar(key), range);
            series.keys().filter(|&&open| range.contains(open)).for_each(|&open| finder.see(open));
            finder.finish()
        });
        assert_eq!(found, expected.collect::<Vec<_>>(), "{at}, {range:?}");
    }
    let found = candles.find_calendars(&all).await.unwrap();
    let expected = model.iter().filter_map(|(key, series)| {
        let mut finder = CalendarFinder::new(key.interval());
        series.keys().for_each(|&open| finder.see(open));
        Some((key.clone(), finder.finish()?))
    });
    assert_eq!(found, expected.collect::<BTreeMap<_, _>>(), "{at}");
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn grid(key: &SeriesKey, first: &str, count: usize) -> Vec<Timestamp> {
    let first = key.interval().open_of(time(first));
    let opens = std::iter::successors(Some(first), |&open| Some(key.interval().next_open(open)));
    // Days of a market that rests on weekends.
    let rests = |open: &Timestamp| {
        let monday = Interval::WEEK.open_of(*open);
        open.as_millis() - monday.as_millis() >= 5 * 86_400_000
    };
    opens.filter(|open| key.interval() != Interval::DAY || !rests(open)).take(count).collect()
}

fn candle(open_time: Timestamp, close: f64) -> Candle {
    Candle { open_time, open: close, high: close, low: close, close, volume: 1.0 }
}

#[tokio::test]
async fn they_agree_with_a_model_on_the_embedded_engine() {
    for seed in 0..3 {
        let db = embedded::temp_database("they_agree_with_a_model").await;
        let shared = db.shared();
        run(&*shared, &CandleRepository::new(Arc::clone(&shared)), seed).await;
        shared.execute(Statement::new("DROP TABLE candles")).await.unwrap();
    }
}

#[tokio::test]
async fn they_agree_with_a_model_on_a_server() {
    for seed in 100..101 {
        let db = server::temp_database("they_agree_with_a_model").await;
        let shared = db.shared();
        run(&*shared, &CandleRepository::new(Arc::clone(&shared)), seed).await;
    }
}
