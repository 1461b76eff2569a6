//! One long series on a server: reading all of it, storing it, and many tasks at once.

use candle_repository::Candle;
use serde_json::json;

use crate::bars::{self, BARS, Bars, Sum};
use crate::bench::{Bench, Contestant, timed, with};
use crate::clients::{PASSWORD, Store, USER};
use crate::many_tasks;
use crate::official::{self, DEFAULT, OFFICIAL};
use crate::row::Goal;

const BYTES: &str = "bytes only";

pub(crate) fn reads_and_writes(bench: &mut Bench) {
    let bars = bars::minutes("server", BARS);
    let store = bench.runtime.block_on(bench.clients.server(&bars.name));
    write(bench, &store, &bars);
    bench.runtime.block_on(async {
        store.empty().await;
        store.candles.upsert_all([&bars.sorted]).await.unwrap();
        store.settle().await;
    });
    read(bench, &store, &bars);
    typed(bench, &store, &bars);
    many_tasks::on_the_server(bench, store, &bars);
}

fn write(bench: &mut Bench, store: &Store, bars: &Bars) {
    let Bench { rows, runtime, clients, .. } = bench;
    let runtime = &*runtime;
    let us = Contestant::us("checked", || {
        runtime.block_on(store.empty());
        let (took, report) = timed(runtime, store.candles.upsert_all([&bars.sorted]));
        assert_eq!(report.unwrap().inserted, BARS as u64);
        took
    });
    let settings = official::settings(&clients.server_url(), &store.database);
    let others = settings.into_iter().map(|(setting, client)| {
        Contestant::new(OFFICIAL, setting, move || {
            runtime.block_on(store.empty());
            timed(runtime, official::insert(&client, bars.key(), bars.candles())).0
        })
    });
    let goal = Goal::times(1.0 / 3.0, (OFFICIAL, DEFAULT), "3 times the official typed insert");
    let work = "store 2 million into an empty series, server";
    rows.measure(work, &[goal], with([us], others.collect()));
}

fn read(bench: &mut Bench, store: &Store, bars: &Bars) {
    let Bench { rows, runtime, clients, peers, .. } = bench;
    let peers = &*peers;
    let runtime = &*runtime;
    let url = clients.server_url();
    let question = &official::question(bars.key(), ..);
    let us = Contestant::us("default", || {
        let (took, series) = timed(runtime, store.candles.range(bars.key(), ..));
        assert_eq!(Sum::of_volumes(series.unwrap().volume()), bars.sum);
        took
    });
    let mut others = Vec::new();
    for (setting, client) in official::settings(&url, &store.database) {
        let bytes_only = client.clone();
        others.push(Contestant::new(OFFICIAL, setting, move || {
            let (took, rows) = timed(runtime, official::rows(&client, question));
            assert_eq!(official::sum(&rows), bars.sum);
            took
        }));
        if !setting.contains("types") {
            others.push(Contestant::new(BYTES, setting, move || {
                let (took, bytes) = timed(runtime, official::bytes(&bytes_only, question));
                assert!(bytes > BARS * 48);
                took
            }));
        }
    }
    let url = url::Url::parse(&url).unwrap();
    let server = json!({
        "host": url.host_str(), "port": url.port(), "username": USER, "password": PASSWORD,
        "database": store.database, "settings": {"do_not_merge_across_partitions_select_final": 1},
    });
    let request = json!({"server": server, "sql": question});
    others.extend(peers.contestants("read all from a server", &request, bars.sum));
    let goals = [
        Goal::times(0.25, (OFFICIAL, DEFAULT), "4 times the official client's default"),
        Goal::times_best(1.0 / 1.2, OFFICIAL, "1.2 times its best"),
        Goal::times_best(1.5, BYTES, "at most 1.5 times bytes only"),
    ];
    rows.measure("read all 2 million into columns, server", &goals, with([us], others));
}

fn typed(bench: &mut Bench, store: &Store, bars: &Bars) {
    let Bench { rows, runtime, clients, .. } = bench;
    let runtime = &*runtime;
    let question = &official::question(bars.key(), ..);
    let us = Contestant::us("default", || {
        let read = async {
            let series = store.candles.range(bars.key(), ..).await.unwrap();
            series.iter().collect::<Vec<Candle>>()
        };
        let (took, candles) = timed(runtime, read);
        assert_eq!(Sum::of(&candles), bars.sum);
        took
    });
    let settings = official::settings(&clients.server_url(), &store.database);
    let others = settings.into_iter().map(|(setting, client)| {
        Contestant::new(OFFICIAL, setting, move || {
            let (took, rows) = timed(runtime, official::rows(&client, question));
            assert_eq!(official::sum(&rows), bars.sum);
            took
        })
    });
    let work = "read all 2 million as rows (`Vec<Candle>`), server";
    rows.measure(work, &[], with([us], others.collect()));
}
