//! What the same questions take when more is stored: 50 series of minutes, 1 and 10 million bars in
//! all, and 100 million where `BENCH_LARGE=1` says so.

use std::env;

use candle_repository::{Calendar, SeriesFilter, SeriesKey, SortedCandles};
use tokio::runtime::Runtime;

use crate::bars;
use crate::bench::{Bench, Contestant, timed};
use crate::clients::{Clients, Store};
use crate::row::{Goal, US};

const LARGE: &str = "BENCH_LARGE";
const SERIES: usize = 50;
const FIRST: &str = "1 million";

struct Stored {
    setting: &'static str,
    store: Store,
    /// The last series that was stored.
    key: SeriesKey,
    /// In it.
    bars: usize,
}

pub(crate) fn with_what_is_stored(bench: &mut Bench) {
    let large = env::var(LARGE).is_ok_and(|large| large == "1");
    let sizes = [(FIRST, 1), ("10 million", 10), ("100 million", 100)];
    let sizes = &sizes[..if large { 3 } else { 2 }];
    let Bench { rows, runtime, clients, .. } = bench;
    let runtime = &*runtime;
    let stored: Vec<_> = sizes
        .iter()
        .map(|&(setting, millions)| {
            let bars = millions * 1_000_000 / SERIES;
            runtime.block_on(fill(clients, setting, bars))
        })
        .collect();
    let (largest, _) = sizes[sizes.len() - 1];
    let steady =
        Goal::times(1.3, (US, FIRST), "grows at most 1.3 times with what is stored").at(largest);
    let fast = Goal::at_most(20.0, "at most 20 ms").at(largest);
    let rows_of = |ask: fn(&Runtime, &Stored) -> std::time::Duration| {
        stored
            .iter()
            .map(|stored| Contestant::us(stored.setting, move || ask(runtime, stored)))
            .collect::<Vec<_>>()
    };

    let newest = rows_of(|runtime, stored| {
        let (took, series) = timed(runtime, stored.store.candles.latest(&stored.key, 1));
        assert_eq!(series.unwrap().len(), 1);
        took
    });
    rows.measure(
        "newest bar of one of 50 series, by what is stored",
        std::slice::from_ref(&steady),
        newest,
    );
    let names = rows_of(|runtime, stored| {
        let (took, keys) = timed(runtime, stored.store.candles.keys());
        assert_eq!(keys.unwrap().len(), SERIES);
        took
    });
    rows.measure("names of 50 series, by what is stored", &[steady, fast.clone()], names);
    let list = rows_of(|runtime, stored| {
        let (took, list) = timed(runtime, stored.store.candles.list_series());
        assert_eq!(list.unwrap().iter().map(|info| info.candles).sum::<u64>(), stored.all());
        took
    });
    rows.measure("list of 50 series, by what is stored", std::slice::from_ref(&fast), list);
    let coverage = rows_of(|runtime, stored| {
        let filter = SeriesFilter::default();
        let ask = stored.store.candles.coverage_of_all(&filter, .., |_| Calendar::Continuous);
        let (took, all) = timed(runtime, ask);
        assert_eq!(all.unwrap().iter().map(|of| of.count).sum::<u64>(), stored.all());
        took
    });
    rows.measure("coverage of 50 series, by what is stored", &[fast], coverage);
    let newest_of_all = rows_of(|runtime, stored| {
        let filter = SeriesFilter::default();
        let (took, all) = timed(runtime, stored.store.candles.latest_of_all(&filter, 1));
        assert_eq!(all.unwrap().len(), SERIES);
        took
    });
    rows.measure("newest bars of all 50 series, by what is stored", &[], newest_of_all);
    for stored in &stored {
        runtime.block_on(stored.store.empty());
    }
}

impl Stored {
    fn all(&self) -> u64 {
        (self.bars * SERIES) as u64
    }
}

async fn fill(clients: &mut Clients, setting: &'static str, bars: usize) -> Stored {
    let store = clients.embedded(&format!("growth_{}", setting.replace(' ', "_"))).await;
    let walk = bars::minutes("growth", bars).sorted;
    let key = |number| {
        SeriesKey::new("X", format!("G{number}"), candle_repository::Interval::MINUTE).unwrap()
    };
    for number in 0..SERIES {
        let series = SortedCandles::new(key(number), walk.as_slice().to_vec()).unwrap();
        store.candles.upsert_all([&series]).await.unwrap();
    }
    store.settle().await;
    Stored { setting, store, key: key(SERIES - 1), bars }
}
