//! A year of daily bars of ten thousand series.

use arrow_array::StringArray;
use candle_repository::{CandleSeries, SeriesFilter, SortedCandles};
use db_port::{QueryExecutorExt, Statement};
use serde_json::json;
use std::sync::Arc;

use arrow_array::{Float64Array, RecordBatch, TimestampMillisecondArray};

use crate::bars::{self, Sum};
use crate::bench::{Bench, Contestant, counter, timed, with};
use crate::peers::Peers;

const SERIES: usize = 10_000;
const DAYS: usize = 250;

const ONE_DAY: &str = "SELECT symbol, open_time, open, high, low, close, volume FROM candles FINAL \
    WHERE interval = '1d' AND open_time = fromUnixTimestamp64Milli({day:Int64}, 'UTC') \
    ORDER BY exchange, symbol";

pub(crate) fn of_many_series(bench: &mut Bench) {
    let all = bars::daily(SERIES, DAYS);
    give(&bench.peers, &all);
    let Bench { rows, runtime, clients, peers, .. } = bench;
    let peers = &*peers;
    let runtime = &*runtime;
    let store = runtime.block_on(async {
        let store = clients.embedded("daily").await;
        store.candles.upsert_all(&all).await.unwrap();
        store.settle().await;
        store
    });

    let (next, one) = (counter(), &all[SERIES / 3]);
    let us = Contestant::us("default", || {
        let series = &all[next() as usize * 7_919 % SERIES];
        let (took, read) = timed(runtime, store.candles.range(series.key(), ..));
        assert_eq!(Sum::of_volumes(read.unwrap().volume()), Sum::of(series.as_slice()));
        took
    });
    let request = json!({"name": "daily", "symbol": one.key().symbol()});
    let others = peers.contestants("one of many", &request, Sum::of(one.as_slice()));
    rows.measure("daily bars of 10,000 series: one of them, embedded", &[], with([us], others));

    let day = all[0].as_slice()[DAYS / 2].open_time;
    let expected = sum_at(&all, DAYS / 2);
    let us = Contestant::us("a statement", || {
        let ask = Statement::new(ONE_DAY).bind("day", day.as_millis()).idempotent();
        let (took, read) = timed(runtime, store.db.query_all(ask));
        let read = read.unwrap();
        let volumes = db_port::column::<Float64Array>(&read, "volume").unwrap();
        assert_eq!(Sum::of_volumes(volumes.values()), expected);
        took
    });
    let request = json!({"name": "daily", "first": day.as_millis()});
    let others = peers.contestants("one day of all", &request, expected);
    rows.measure("daily bars of 10,000 series: one day of all, embedded", &[], with([us], others));

    let expected = sum_at(&all, DAYS - 1);
    let us = Contestant::us("default", || {
        let filter = SeriesFilter::default();
        let (took, read) = timed(runtime, store.candles.latest_of_all(&filter, 1));
        let read = read.unwrap();
        let volume = read.iter().map(|series| series.volume()[0]).sum();
        assert_eq!(Sum { count: read.len(), volume }, expected);
        took
    });
    let others = peers.contestants("newest of all", &json!({"name": "daily"}), expected);
    rows.measure("daily bars of 10,000 series: newest of all, embedded", &[], with([us], others));

    let names = Contestant::us("default", || {
        let (took, keys) = timed(runtime, store.candles.keys());
        assert_eq!(keys.unwrap().len(), SERIES);
        took
    });
    rows.measure("daily bars of 10,000 series: names, embedded", &[], vec![names]);
    runtime.block_on(store.empty());
}

fn sum_at(all: &[SortedCandles], day: usize) -> Sum {
    Sum { count: all.len(), volume: all.iter().map(|series| series.as_slice()[day].volume).sum() }
}

/// Hands them over as one table with a column of names.
fn give(peers: &Peers, all: &[SortedCandles]) {
    let candles = || all.iter().flat_map(SortedCandles::as_slice);
    let symbols = all.iter().flat_map(|series| vec![series.key().symbol(); series.len()]);
    let symbols: Vec<_> = symbols.collect();
    let times: Vec<_> = candles().map(|candle| candle.open_time.as_millis()).collect();
    let times = TimestampMillisecondArray::from_iter_values(times).with_timezone("UTC");
    let mut columns: Vec<(&str, arrow_array::ArrayRef)> = vec![
        ("symbol", Arc::new(StringArray::from_iter_values(symbols))),
        ("open_time", Arc::new(times)),
    ];
    let values: [fn(&candle_repository::Candle) -> f64; 5] =
        [|c| c.open, |c| c.high, |c| c.low, |c| c.close, |c| c.volume];
    for (name, value) in CandleSeries::PRICES_AND_VOLUME.into_iter().zip(values) {
        let values: Vec<_> = candles().map(value).collect();
        columns.push((name, Arc::new(Float64Array::from(values))));
    }
    peers.give_batch("daily", &RecordBatch::try_from_iter(columns).unwrap());
}
