//! Candles whose symbol is renamed.

use std::sync::Arc;

use candle_repository::CandleError;
use db_port::QueryExecutor;

use crate::candles::{Store, candle, key, name, run};

pub(crate) async fn every_series_of_a_symbol_is_moved_and_no_other(db: Arc<dyn QueryExecutor>) {
    let store = Store::on(db).await;
    let (days, hours) = (key("ZAP", "1d"), key("ZAP", "1h"));
    let (of_days, of_hours) = (run(&days, "2023-12-01", 60), run(&hours, "2024-01-01", 30));
    store.candles.upsert(&days, &run(&days, "2023-12-20", 5)).await.unwrap();
    for (key, candles) in [(&days, &of_days), (&hours, &of_hours)] {
        store.candles.upsert(key, candles).await.unwrap();
    }
    let neighbours = [key("ZAP2", "1d"), key("NYSE:ZAP", "1d")];
    for neighbour in &neighbours {
        store.candles.upsert(neighbour, &of_days[..7]).await.unwrap();
    }
    let moved = store.candles.rename(&name("ZAP"), &name("NASDAQ:ZAP")).await.unwrap();
    let moved: Vec<_> = moved.iter().map(|info| (info.key.to_string(), info.candles)).collect();
    assert_eq!(moved, [("NASDAQ:ZAP 1h".into(), 30), ("NASDAQ:ZAP 1d".into(), 60)]);
    store.holds(&key("NASDAQ:ZAP", "1d"), &of_days).await;
    store.holds(&key("NASDAQ:ZAP", "1h"), &of_hours).await;
    for gone in [&days, &hours] {
        store.holds(gone, &[]).await;
    }
    for neighbour in &neighbours {
        store.holds(neighbour, &of_days[..7]).await;
    }
    assert!(store.candles.rename(&name("ZAP"), &name("NASDAQ:ZAP")).await.unwrap().is_empty());
    assert_eq!(store.series().await.len(), 4);
}

/// The table must not take what comes back for what it has stored before.
pub(crate) async fn a_symbol_is_renamed_there_and_back_again_and_again(db: Arc<dyn QueryExecutor>) {
    let store = Store::on(db).await;
    let candles = run(&key("A", "1d"), "2024-01-01", 40);
    store.candles.upsert(&key("A", "1d"), &candles).await.unwrap();
    for (from, to) in [("A", "B"), ("B", "A"), ("A", "B"), ("B", "X:A")] {
        store.candles.rename(&name(from), &name(to)).await.unwrap();
        assert_eq!(store.series().await, [(format!("{to} 1d"), 40)]);
        store.holds(&key(to, "1d"), &candles).await;
    }
}

pub(crate) async fn a_rename_that_broke_off_while_copying_is_completed(db: Arc<dyn QueryExecutor>) {
    let store = Store::on(db).await;
    let (days, hours) = (key("A", "1d"), key("A", "1h"));
    let candles = run(&days, "2023-12-20", 40);
    for key in [&days, &hours] {
        store.candles.upsert(key, &run(key, "2023-12-20", 40)).await.unwrap();
    }
    store.candles.upsert(&key("B", "1d"), &candles[..12]).await.unwrap();
    let moved = store.candles.rename(&name("A"), &name("B")).await.unwrap();
    assert_eq!(moved.iter().map(|info| info.candles).sum::<u64>(), 80);
    store.holds(&key("B", "1d"), &candles).await;
    assert_eq!(store.series().await, [("B 1h".into(), 40), ("B 1d".into(), 40)]);
}

pub(crate) async fn a_rename_that_broke_off_while_deleting_is_completed(
    db: Arc<dyn QueryExecutor>,
) {
    let store = Store::on(db).await;
    let (days, hours) = (key("A", "1d"), key("A", "1h"));
    let candles = run(&days, "2023-12-20", 40);
    for key in [key("B", "1d"), key("B", "1h")] {
        store.candles.upsert(&key, &run(&key, "2023-12-20", 40)).await.unwrap();
    }
    store.candles.upsert(&days, &candles[12..]).await.unwrap();
    let moved = store.candles.rename(&name("A"), &name("B")).await.unwrap();
    assert_eq!(moved.iter().map(|info| info.candles).sum::<u64>(), 28);
    store.holds(&key("B", "1d"), &candles).await;
    store.holds(&hours, &[]).await;
    assert_eq!(store.series().await, [("B 1h".into(), 40), ("B 1d".into(), 40)]);
}

pub(crate) async fn a_name_that_has_other_candles_is_refused_and_nothing_is_changed(
    db: Arc<dyn QueryExecutor>,
) {
    let store = Store::on(db).await;
    let (from, to) = (key("A", "1d"), key("B", "1d"));
    let candles = run(&from, "2024-01-01", 10);
    store.candles.upsert(&from, &candles).await.unwrap();
    let refused = async || {
        let before = store.series().await;
        let error = store.candles.rename(&name("A"), &name("B")).await.unwrap_err();
        let CandleError::Conflict { different, other, .. } = error else { panic!("{error}") };
        assert_eq!(store.series().await, before);
        assert_eq!(store.stored(&from).await, candles);
        (different, other)
    };
    store.candles.upsert(&to, &[candle(candles[3].open_time, 7.0)]).await.unwrap();
    assert_eq!(refused().await, (1, 0));
    store.candles.upsert(&to, &candles).await.unwrap();
    store.candles.upsert(&to, &[candle(candles[9].open_time, 7.0)]).await.unwrap();
    assert_eq!(refused().await, (1, 0));
    store.candles.delete(&to, ..candles[9].open_time).await.unwrap();
    store.candles.upsert(&to, &[candles[9]]).await.unwrap();
    store.candles.upsert(&to, &run(&to, "2030-01-01", 2)).await.unwrap();
    assert_eq!(refused().await, (0, 2));
    store.candles.delete(&to, ..).await.unwrap();
    let hours = key("B", "1h");
    store.candles.upsert(&hours, &run(&hours, "2024-01-01", 5)).await.unwrap();
    assert_eq!(refused().await, (0, 5));
}

pub(crate) async fn a_series_of_several_pages_is_moved_whole(db: Arc<dyn QueryExecutor>) {
    let store = Store::on(db).await;
    let minutes = key("X:A", "1m");
    let mut candles = run(&minutes, "2023-12-01", 120_000);
    candles.remove(110_000);
    store.candles.upsert(&minutes, &candles).await.unwrap();
    let moved = store.candles.rename(&name("X:A"), &name("X:B")).await.unwrap();
    assert_eq!(moved[0].candles, 119_999);
    assert!(store.stored(&key("X:B", "1m")).await == candles, "every candle as it was");
    assert_eq!(store.series().await, [("X:B 1m".into(), 119_999)]);
}

pub(crate) async fn a_symbol_that_has_the_name_already_keeps_its_candles(
    db: Arc<dyn QueryExecutor>,
) {
    let store = Store::on(db).await;
    let key = key("X:A", "1d");
    let candles = run(&key, "2024-01-01", 3);
    store.candles.upsert(&key, &candles).await.unwrap();
    assert!(store.candles.rename(&name("X:A"), &name("X:A")).await.unwrap().is_empty());
    store.holds(&key, &candles).await;
}
