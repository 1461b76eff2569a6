//! One long series, embedded: reading all of it or little, the newest bar, resampling, correcting.

use std::rc::Rc;
use std::time::Duration;

use candle_repository::{Candle, Interval, TimeRange};
use serde_json::json;

use crate::bars::{self, BARS, Bars, Sum};
use crate::bench::{Bench, Contestant, counter, timed, with};
use crate::clients::Store;
use crate::row::Goal;

const AS_ARCTIC: Goal = Goal::times_best(1.0, "ArcticDB", "at most ArcticDB's time");

pub(crate) fn embedded(bench: &mut Bench) {
    let bars = bars::minutes("walk", BARS);
    let stores = stored(bench, &bars);
    read_all(bench, &stores, &bars, "read all 2 million into columns, embedded");
    typed_rows(bench, &stores, &bars);
    range(bench, &stores, &bars);
    newest(bench, &stores, &bars);
    resample(bench, &stores, &bars);
    correct(bench, &stores, &bars);
    for bars in bars::real() {
        let stores = stored(bench, &bars);
        read_all(
            bench,
            &stores,
            &bars,
            &format!("read all of {} real bars: {}", bars.sum.count, bars.name),
        );
    }
}

/// The bars in parts as they were stored, and in one part for each year, as the engine has them in the
/// end.
struct Stores {
    as_stored: Store,
    merged: Store,
}

impl Stores {
    fn contestants<'a>(&'a self, ask: impl Fn(&'a Store) -> Duration + 'a) -> Vec<Contestant<'a>> {
        let ask = Rc::new(ask);
        let stores = [("as stored", &self.as_stored), ("merged", &self.merged)];
        let contestants = stores.into_iter().map(|(setting, store)| {
            let ask = Rc::clone(&ask);
            Contestant::us(setting, move || ask(store))
        });
        contestants.collect()
    }
}

fn stored(bench: &mut Bench, bars: &Bars) -> Stores {
    bench.peers.give(bars);
    let Bench { runtime, clients, .. } = bench;
    runtime.block_on(async {
        let as_stored = clients.embedded(&bars.name).await;
        let merged = clients.embedded(&format!("{}_merged", bars.name)).await;
        for store in [&as_stored, &merged] {
            store.candles.upsert_all([&bars.sorted]).await.unwrap();
            store.settle().await;
        }
        merged.merge().await;
        Stores { as_stored, merged }
    })
}

fn read_all(bench: &mut Bench, stores: &Stores, bars: &Bars, work: &str) {
    let Bench { rows, runtime, peers, .. } = bench;
    let peers = &*peers;
    let runtime = &*runtime;
    let us = stores.contestants(|store| {
        let (took, series) = timed(runtime, store.candles.range(bars.key(), ..));
        assert_eq!(Sum::of_volumes(series.unwrap().volume()), bars.sum);
        took
    });
    let others = peers.contestants("read all", &json!({"name": bars.name}), bars.sum);
    rows.measure(work, &[AS_ARCTIC], with(us, others));
}

fn typed_rows(bench: &mut Bench, stores: &Stores, bars: &Bars) {
    let Bench { rows, runtime, .. } = bench;
    let runtime = &*runtime;
    let us = stores.contestants(|store| {
        let read = async {
            let series = store.candles.range(bars.key(), ..).await.unwrap();
            series.iter().collect::<Vec<Candle>>()
        };
        let (took, candles) = timed(runtime, read);
        assert_eq!(Sum::of(&candles), bars.sum);
        took
    });
    rows.measure("read all 2 million as rows (`Vec<Candle>`), embedded", &[], us);
}

fn range(bench: &mut Bench, stores: &Stores, bars: &Bars) {
    let Bench { rows, runtime, peers, .. } = bench;
    let peers = &*peers;
    let runtime = &*runtime;
    let part = &bars.candles()[BARS / 2..BARS / 2 + 10_000];
    let (first, last) = (part[0].open_time, part[part.len() - 1].open_time);
    let span =
        TimeRange::new(Some(first), Some(bars.candles()[BARS / 2 + 10_000].open_time)).unwrap();
    let us = stores.contestants(|store| {
        let (took, series) = timed(runtime, store.candles.range(bars.key(), span));
        assert_eq!(Sum::of_volumes(series.unwrap().volume()), Sum::of(part));
        took
    });
    let request = json!({"name": bars.name, "first": first.as_millis(), "last": last.as_millis()});
    let others = peers.contestants("range", &request, Sum::of(part));
    rows.measure("range of 10,000, embedded", &[AS_ARCTIC], with(us, others));
}

fn newest(bench: &mut Bench, stores: &Stores, bars: &Bars) {
    let Bench { rows, runtime, peers, .. } = bench;
    let peers = &*peers;
    let runtime = &*runtime;
    let newest = Sum::of(&bars.candles()[BARS - 1..]);
    let us = stores.contestants(|store| {
        let (took, series) = timed(runtime, store.candles.latest(bars.key(), 1));
        assert_eq!(Sum::of_volumes(series.unwrap().volume()), newest);
        took
    });
    let others = peers.contestants("newest", &json!({"name": bars.name}), newest);
    rows.measure("newest bar, embedded", &[AS_ARCTIC], with(us, others));
}

fn resample(bench: &mut Bench, stores: &Stores, bars: &Bars) {
    let Bench { rows, runtime, peers, .. } = bench;
    let peers = &*peers;
    let runtime = &*runtime;
    let hours = bars.candles().chunk_by(|a, b| {
        Interval::HOUR.open_of(a.open_time) == Interval::HOUR.open_of(b.open_time)
    });
    let expected = Sum { count: hours.count(), volume: bars.sum.volume };
    let us = stores.contestants(|store| {
        let resample = store.candles.resample(bars.key(), Interval::HOUR, ..);
        let (took, series) = timed(runtime, resample);
        assert_eq!(Sum::of_volumes(series.unwrap().volume()), expected);
        took
    });
    let others = peers.contestants("resample", &json!({"name": bars.name}), expected);
    let goals = [
        AS_ARCTIC,
        Goal::times_best(0.5, "DuckDB", "twice as fast as DuckDB"),
        Goal::times_best(0.5, "Parquet + Polars", "twice as fast as Polars"),
    ];
    rows.measure("resample 2 million to hours, embedded", &goals, with(us, others));
}

/// Each time to another close, so that each is a correction.
fn correct(bench: &mut Bench, stores: &Stores, bars: &Bars) {
    let Bench { rows, runtime, peers, .. } = bench;
    let peers = &*peers;
    let runtime = &*runtime;
    let bar = bars.candles()[BARS / 2];
    let (high, low, next) = (bar.high, bar.low, counter());
    let us = stores.contestants(|store| {
        let close = if next() % 2 == 0 { low } else { high };
        let bar = Candle { close, ..bar };
        let key = bars.key();
        let (took, report) = timed(runtime, store.candles.upsert(key, std::slice::from_ref(&bar)));
        assert_eq!(report.unwrap().corrected, 1);
        took
    });
    let request =
        json!({"name": bars.name, "first": bar.open_time.as_millis(), "close": bar.close});
    let others = peers.contestants("correct", &request, Sum::of(&[bar]));
    rows.measure("correct one bar, embedded", &[AS_ARCTIC], with(us, others));
}
