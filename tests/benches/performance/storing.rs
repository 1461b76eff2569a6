//! Storing one long series, embedded: into a table without candles, and what is there already.

use candle_repository::Interval;
use serde_json::json;

use crate::bars::{self, BARS};
use crate::bench::{Bench, Contestant, timed, with};
use crate::row::Goal;

pub(crate) fn embedded(bench: &mut Bench) {
    let bars = bars::minutes("stored", BARS);
    bench.peers.give(&bars);
    let Bench { rows, runtime, clients, peers, .. } = bench;
    let peers = &*peers;
    let runtime = &*runtime;
    let store = runtime.block_on(clients.embedded(&bars.name));
    let us = Contestant::us("checked", || {
        runtime.block_on(store.empty());
        let (took, report) = timed(runtime, store.candles.upsert_all([&bars.sorted]));
        assert_eq!(report.unwrap().inserted, BARS as u64);
        took
    });
    let others = peers.contestants("store", &json!({"name": bars.name}), bars.sum);
    let goal = Goal::times_best(4.0, "ArcticDB", "at most 4 times ArcticDB's unchecked write");
    rows.measure("store 2 million into an empty series, embedded", &[goal], with([us], others));

    runtime.block_on(async {
        store.empty().await;
        store.candles.upsert_all([&bars.sorted]).await.unwrap();
        store.settle().await;
    });
    let again = Contestant::us("default", || {
        let (took, report) = timed(runtime, store.candles.upsert_all([&bars.sorted]));
        assert_eq!(report.unwrap().unchanged, BARS as u64);
        took
    });
    rows.measure("store 2 million that are there already, embedded", &[], vec![again]);

    // What a live feed does: the next bar, again and again.
    let key = bars.key();
    let mut next = bars.candles()[BARS - 1];
    let append = Contestant::us("default", || {
        next.open_time = Interval::MINUTE.next_open(next.open_time);
        let (took, report) = timed(runtime, store.candles.upsert(key, std::slice::from_ref(&next)));
        assert_eq!(report.unwrap().inserted, 1);
        took
    });
    rows.measure("store the next bar, embedded", &[], vec![append]);
    runtime.block_on(store.empty());
}
