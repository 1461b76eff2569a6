//! Small questions to a server, ours and the official client's in turns: the median and the slowest
//! in a hundred.

use std::time::Duration;

use candle_repository::TimeRange;
use clickhouse::Client;
use db_port::{QueryExecutorExt, Statement};

use crate::bars::{self, Sum};
use crate::bench::{Bench, timed};
use crate::official::{self, DEFAULT, OFFICIAL};
use crate::row::{Goal, Measured, US};

const ROUNDS: usize = 2_000;
const WARM: usize = 50;

pub(crate) fn against_the_official_client(bench: &mut Bench) {
    let bars = bars::minutes("small", 100_000);
    let Bench { rows, runtime, clients, .. } = bench;
    let runtime = &*runtime;
    let store = runtime.block_on(clients.server(&bars.name));
    runtime.block_on(async {
        store.candles.upsert_all([&bars.sorted]).await.unwrap();
        store.merge().await;
        store.settle().await;
    });
    let settings = official::settings(&clients.server_url(), &store.database);
    let (official, best) = (&settings[0].1, &settings[1].1);
    let best_setting = settings[1].0;

    let part = &bars.candles()[50_000..50_100];
    let end = bars.candles()[50_100].open_time;
    let span = TimeRange::new(Some(part[0].open_time), Some(end)).unwrap();
    let question = official::question(bars.key(), span);
    let number = Statement::new("SELECT toUInt64(1) AS n").idempotent();
    let asked = "SELECT toUInt64(1) AS n";
    let ours = || {
        let (took, answer) = timed(runtime, store.db.query_one(number.clone()));
        assert_eq!(answer.unwrap().num_rows(), 1);
        took
    };
    let theirs = |client: &Client| {
        let (took, answer) = timed(runtime, client.query(asked).fetch_one::<u64>());
        assert_eq!(answer.unwrap(), 1);
        took
    };
    let one = in_turns([&ours, &|| theirs(official), &|| theirs(best)]);
    let ours = || {
        let (took, series) = timed(runtime, store.candles.range(bars.key(), span));
        assert_eq!(Sum::of_volumes(series.unwrap().volume()), Sum::of(part));
        took
    };
    let theirs = |client: &Client| {
        let (took, candles) = timed(runtime, official::rows(client, &question));
        assert_eq!(official::sum(&candles), Sum::of(part));
        took
    };
    let range = in_turns([&ours, &|| theirs(official), &|| theirs(best)]);
    for (work, times) in [("one number", one), ("a range of 100", range)] {
        for (share, name) in [(0.5, "p50"), (0.99, "p99")] {
            let [ours, theirs, bests] = times.clone();
            let results = vec![
                Measured::quantile(US, DEFAULT, ours, share),
                Measured::quantile(OFFICIAL, DEFAULT, theirs, share),
                Measured::quantile(OFFICIAL, best_setting, bests, share),
            ];
            let goal =
                Goal::times(1.05, (OFFICIAL, DEFAULT), "at most 1.05 times the official client");
            rows.add(&format!("{work} from a server, {name}"), "ms", &[goal], results);
        }
    }
}

/// How long each took, again and again. Each comes behind each other one, as the server still works at
/// the end of a query when its answer has arrived.
fn in_turns(contestants: [&dyn Fn() -> Duration; 3]) -> [Vec<Duration>; 3] {
    let mut times = [const { Vec::new() }; 3];
    for round in 0..ROUNDS + WARM {
        let order = if round % 2 == 0 { [0, 1, 2] } else { [2, 1, 0] };
        for contestant in order.map(|place| (place + round / 2) % 3) {
            let took = contestants[contestant]();
            if round >= WARM {
                times[contestant].push(took);
            }
        }
    }
    times
}
