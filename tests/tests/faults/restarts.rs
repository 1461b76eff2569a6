//! Imports of candles while their server is killed or stopped, and started again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use candle_repository::{Candle, CandleRepository, Interval, SeriesKey, SortedCandles, Timestamp};
use candlehouse_tests::fault::seeds::{Share, play, processors};
use candlehouse_tests::server::{Server, address, empty_database};
use candlehouse_tests::table::number;
use chdb_server::ServerConfig;
use db_port::Statement;
use fastrand::Rng;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::harness::Harness;

const DATABASE: &str = "restarts";
/// Enough for retries to outlast every restart.
const PATIENT: &str = "max_retries=200&retry_base_delay=0.02&retry_max_delay=0.1&retry_budget=10000\
                       &retry_timeout=50&send_receive_timeout=20";
/// How often a batch is handed over again whose upsert failed.
const TRIES: usize = 5;

/// What has to be stored: the last value of each candle.
type Model = BTreeMap<SeriesKey, BTreeMap<Timestamp, Candle>>;
type Batch = Vec<(SeriesKey, Vec<Candle>)>;

#[test]
fn no_restart_during_an_import_loses_or_doubles_a_candle() {
    play(&Share(10).seeds(), processors(), |seed| Runtime::new().unwrap().block_on(schedule(seed)));
}

async fn schedule(seed: u64) -> Result<(), String> {
    let mut rng = Rng::with_seed(seed);
    let store = tempfile::tempdir().unwrap();
    let server = start(store.path()).await;
    empty_database(server.url(), DATABASE).await;
    let harness = Harness::around(server.url(), DATABASE);
    let candles = CandleRepository::new(Arc::new(harness.manager(PATIENT)));
    candles.create_schema().await.unwrap();
    let batches: Vec<_> = (0..rng.usize(4..9)).map(|_| batch(&mut rng)).collect();
    let (under_way, is_over) = watch::channel(());
    let import = async move {
        let _until_here = under_way;
        let mut model = Model::new();
        for batch in batches {
            upsert(&candles, &batch).await?;
            for (key, candles) in batch {
                model.entry(key).or_default().extend(candles.into_iter().map(|c| (c.open_time, c)));
            }
        }
        Ok::<_, String>(model)
    };
    let (model, server) =
        tokio::join!(import, restarts(&mut rng, server, &harness, store.path(), is_over));
    let model = model?;
    // What is there is there for good.
    server.kill();
    let server = start(store.path()).await;
    let wrong = judge(&server, &model).await;
    server.kill();
    wrong
}

/// Ends the server at random times and starts it again, a few times while the import lasts.
async fn restarts(
    rng: &mut Rng,
    mut server: Server,
    harness: &Harness,
    store: &Path,
    mut is_over: watch::Receiver<()>,
) -> Server {
    for _ in 0..rng.usize(1..4) {
        tokio::select! {
            _ = is_over.changed() => return server,
            () = sleep(Duration::from_millis(rng.u64(0..200))) => {}
        }
        let kill = rng.u32(0..3) > 0;
        let end = move || if kill { server.kill() } else { drop(server) };
        tokio::task::spawn_blocking(end).await.unwrap();
        server = start(store).await;
        harness.proxy.switch_to(address(server.url()));
    }
    server
}

async fn start(store: &Path) -> Server {
    let config = ServerConfig::at(store).with_stop_grace(Duration::from_secs(1));
    tokio::task::spawn_blocking(move || Server::own(config)).await.unwrap()
}

/// Some candles of some series; what was stored before gets other values now and then.
fn batch(rng: &mut Rng) -> Batch {
    let series = ["X:A", "X:B", "Y:A"].map(|name| SeriesKey::parse(name, Interval::HOUR).unwrap());
    let chosen = series.into_iter().filter(|_| rng.u32(0..3) > 0);
    let chosen: Vec<_> = chosen.collect();
    let mut candles = || {
        let first = rng.i64(0..300);
        let candle = |hour| {
            let close = rng.f64() * 100.0;
            let open_time = Timestamp::from_millis(1_700_006_400_000 + hour * 3_600_000).unwrap();
            Candle { open_time, open: close, high: close, low: close, close, volume: 1.0 }
        };
        (first..first + 200).map(candle).collect()
    };
    chosen.into_iter().map(|key| (key, candles())).collect()
}

async fn upsert(candles: &CandleRepository, batch: &Batch) -> Result<(), String> {
    let mut failures = Vec::new();
    for _ in 0..TRIES {
        let sorted = |(key, candles): &(SeriesKey, Vec<Candle>)| {
            SortedCandles::new(key.clone(), candles.clone()).unwrap()
        };
        let series: Vec<_> = batch.iter().map(sorted).collect();
        match candles.upsert_all(&series).await {
            Ok(_) => return Ok(()),
            Err(error) => failures.push(format!("{error:?}")),
        }
    }
    Err(format!("a batch was never acknowledged: {failures:#?}"))
}

async fn judge(server: &Server, model: &Model) -> Result<(), String> {
    let harness = Harness::around(server.url(), DATABASE);
    let count = |what: &str| {
        let text = format!("SELECT {what} AS n FROM candles FINAL");
        number(&harness.direct, Statement::from_audited_text(text))
    };
    let rows = count("count()").await;
    let identities = count("uniqExact(exchange, symbol, interval, open_time)").await;
    let expected: usize = model.values().map(BTreeMap::len).sum();
    if rows != identities || rows != expected as u64 {
        return Err(format!("{rows} rows of {identities} candles, expected {expected}"));
    }
    let candles = CandleRepository::new(Arc::new(harness.manager("")));
    for (key, expected) in model {
        let stored: Vec<_> = candles.range(key, ..).await.unwrap().iter().collect();
        if !expected.values().eq(&stored) {
            return Err(format!("{key} is not what was acknowledged last"));
        }
    }
    Ok(())
}
