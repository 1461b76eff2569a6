//! Bytes that a bar takes on disk.

use serde_json::json;

use crate::bars::{self, BARS, Bars};
use crate::bench::Bench;
use crate::row::{Goal, Measured, US};

pub(crate) fn on_disk(bench: &mut Bench) {
    let walk = bars::minutes("size", BARS);
    let goal = Goal::at_most(7.0, "at most 7");
    bytes(bench, &walk, "bytes a bar on disk, generated minutes", &[goal]);
    for bars in bars::real() {
        let goal = Goal::at_most(6.0, "at most 6");
        let goals = if bars.name.contains("gbpusd") { vec![goal] } else { Vec::new() };
        let work = format!("bytes a bar on disk, {} real minutes: {}", bars.sum.count, bars.name);
        bytes(bench, &bars, &work, &goals);
    }
}

fn bytes(bench: &mut Bench, bars: &Bars, work: &str, goals: &[Goal]) {
    bench.peers.give(bars);
    let Bench { rows, runtime, clients, peers, .. } = bench;
    let peers = &*peers;
    let runtime = &*runtime;
    let each = |bytes: f64| bytes / bars.sum.count as f64;
    let mut results = runtime.block_on(async {
        let store = clients.embedded(&format!("size_{}", bars.name)).await;
        store.candles.upsert_all([&bars.sorted]).await.unwrap();
        store.merge().await;
        let merged = store.candles.table_stats().await.unwrap().bytes;
        store.empty().await;
        vec![Measured::new(US, "merged", each(merged as f64))]
    });
    let others = peers.contestants("size", &json!({"name": bars.name}), bars.sum);
    // They answer with bytes instead of nanoseconds.
    results.extend(others.into_iter().map(|mut other| {
        let bytes = (other.run)().as_nanos() as f64;
        Measured::new(&other.who, &other.setting, each(bytes))
    }));
    rows.add(work, "bytes", goals, results);
}
