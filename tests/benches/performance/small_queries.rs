//! Small questions to a server, ours and the official client's in turns: the median and the slowest
//! in a hundred.

use std::time::Duration;

use candle_repository::TimeRange;
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
    let mut one = [const { Vec::new() }; 3];
    let mut range = [const { Vec::new() }; 3];
    for round in 0..ROUNDS + WARM {
        let ours = timed(runtime, store.db.query_one(number.clone()));
        assert_eq!(ours.1.unwrap().num_rows(), 1);
        let asked = || "SELECT toUInt64(1) AS n";
        let theirs = timed(runtime, official.query(asked()).fetch_one::<u64>());
        assert_eq!(theirs.1.unwrap(), 1);
        let bests = timed(runtime, best.query(asked()).fetch_one::<u64>());
        assert_eq!(bests.1.unwrap(), 1);
        keep(round, &mut one, [ours.0, theirs.0, bests.0]);

        let ours = timed(runtime, store.candles.range(bars.key(), span));
        assert_eq!(Sum::of_volumes(ours.1.unwrap().volume()), Sum::of(part));
        let theirs = timed(runtime, official::rows(official, &question));
        assert_eq!(official::sum(&theirs.1), Sum::of(part));
        let bests = timed(runtime, official::rows(best, &question));
        assert_eq!(official::sum(&bests.1), Sum::of(part));
        keep(round, &mut range, [ours.0, theirs.0, bests.0]);
    }
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

fn keep(round: usize, kept: &mut [Vec<Duration>; 3], times: [Duration; 3]) {
    if round >= WARM {
        for (kept, time) in kept.iter_mut().zip(times) {
            kept.push(time);
        }
    }
}
