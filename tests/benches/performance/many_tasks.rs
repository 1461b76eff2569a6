//! 64 tasks at once, each of which reads a thousand bars here and there.

use std::sync::Arc;
use std::time::Duration;

use candle_repository::TimeRange;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::bars::{self, BARS, Bars, Sum};
use crate::bench::{Bench, Contestant, timed, with};
use crate::clients::Store;
use crate::official::{self, OFFICIAL};

const TASKS: usize = 64;
const READS: usize = 4;
const SIZE: usize = 1_000;

pub(crate) fn embedded(bench: &mut Bench) {
    let bars = bars::minutes("tasks", 500_000);
    let Bench { rows, runtime, clients, .. } = bench;
    let runtime = &*runtime;
    let store = runtime.block_on(async {
        let store = clients.embedded(&bars.name).await;
        store.candles.upsert_all([&bars.sorted]).await.unwrap();
        store.settle().await;
        Arc::new(store)
    });
    let us = ours(runtime, store, Arc::new(bars));
    rows.measure("64 tasks that read 4 times 1,000, embedded", &[], vec![us]);
}

pub(crate) fn on_the_server(bench: &mut Bench, store: Store, bars: &Bars) {
    let Bench { rows, runtime, clients, .. } = bench;
    let runtime = &*runtime;
    let bars = Arc::new(bars::minutes(&bars.name, BARS));
    let settings = official::settings(&clients.server_url(), &store.database);
    let others = settings.into_iter().map(|(setting, client)| {
        let bars = Arc::clone(&bars);
        Contestant::new(OFFICIAL, setting, move || {
            at_once(runtime, |task| {
                let (client, bars) = (client.clone(), Arc::clone(&bars));
                async move {
                    for read in 0..READS {
                        let (part, span) = part(&bars, task, read);
                        let question = official::question(bars.key(), span);
                        let rows = official::rows(&client, &question).await;
                        assert_eq!(official::sum(&rows), part);
                    }
                }
            })
        })
    });
    let others = others.collect();
    let us = ours(runtime, Arc::new(store), Arc::clone(&bars));
    rows.measure("64 tasks that read 4 times 1,000, server", &[], with([us], others));
}

fn ours(runtime: &Runtime, store: Arc<Store>, bars: Arc<Bars>) -> Contestant<'_> {
    Contestant::us("default", move || {
        at_once(runtime, |task| {
            let (store, bars) = (Arc::clone(&store), Arc::clone(&bars));
            async move {
                for read in 0..READS {
                    let (part, span) = part(&bars, task, read);
                    let series = store.candles.range(bars.key(), span).await.unwrap();
                    assert_eq!(Sum::of_volumes(series.volume()), part);
                }
            }
        })
    })
}

fn part(bars: &Bars, task: usize, read: usize) -> (Sum, TimeRange) {
    let begin = (task * READS + read) * 7_919 % (bars.candles().len() - SIZE);
    let part = &bars.candles()[begin..begin + SIZE];
    let span =
        TimeRange::new(Some(part[0].open_time), Some(bars.candles()[begin + SIZE].open_time));
    (Sum::of(part), span.unwrap())
}

fn at_once<F>(runtime: &Runtime, task: impl Fn(usize) -> F) -> Duration
where
    F: Future<Output = ()> + Send + 'static,
{
    let all = async {
        let tasks: JoinSet<()> = (0..TASKS).map(task).collect();
        tasks.join_all().await
    };
    timed(runtime, all).0
}
