//! Small parts beside the large ones, which are read themselves.

use std::sync::Arc;

use candle_repository::{CandleRepository, SeriesFilter, TimeRange, Timestamp};
use candlehouse_tests::embedded;

use crate::store::{NO_MERGES, Store, key, run};

const FIRST: &str = "2022-12-01";

/// The list is made without a scan, and is right.
async fn check(store: &Store, at: &str) {
    let since: Timestamp = "1990-01-01".parse().unwrap();
    let scanned = CandleRepository::new(Arc::clone(&store.db));
    let scanned = scanned.series_info(&SeriesFilter::default(), since..).await.unwrap();
    assert_eq!(store.asked.list_series().await.unwrap(), scanned, "{at}");
    assert!(store.spy.saw_no_scan(), "{at}");
    let names: Vec<_> = scanned.into_iter().map(|info| info.key).collect();
    assert_eq!(store.asked.keys().await.unwrap(), names, "{at}");
    assert!(store.spy.saw_no_scan(), "{at}");
}

#[tokio::test]
async fn small_parts_are_read_beside_the_marks_of_large_ones() {
    let db = embedded::temp_database("small_parts_are_read").await;
    let store = Store::new(db.shared()).await;
    store.run(NO_MERGES).await;
    let writer = CandleRepository::new(Arc::clone(&store.db));
    let [a, b, old] = ["X:A", "X:B", "X:Z"].map(|name| key(name, "1h"));
    for key in [&a, &b] {
        writer.upsert(key, &run(key, FIRST, 0, 1500, 1.0)).await.unwrap();
    }
    let of_old = run(&old, "2021-06-01", 0, 20, 1.0);
    writer.upsert(&old, &of_old).await.unwrap();
    store.run("OPTIMIZE TABLE candles FINAL").await;
    check(&store, "merged").await;

    for key in [&a, &b] {
        writer.upsert(key, &run(key, "2022-06-01", 0, 1500, 1.0)).await.unwrap();
    }
    check(&store, "large parts side by side").await;
    writer.upsert(&b, &run(&b, FIRST, 1500, 5, 1.0)).await.unwrap();
    check(&store, "later candles").await;
    store
        .run(
            "INSERT INTO candles SELECT candles.* FROM candles FINAL ARRAY JOIN [1, 2] AS twice \
             WHERE symbol = 'B' ORDER BY open_time DESC LIMIT 6 SETTINGS optimize_on_insert = 0",
        )
        .await;
    check(&store, "a part that has later candles twice").await;
    writer.upsert(&a, &run(&a, FIRST, 1499, 3, 2.0)).await.unwrap();
    check(&store, "a correction of the newest candle").await;
    writer.upsert(&a, &run(&a, FIRST, 700, 10, 3.0)).await.unwrap();
    check(&store, "a correction between others").await;
    writer.delete(&old, TimeRange::from(of_old[17].open_time..)).await.unwrap();
    check(&store, "hidden rows").await;
    writer.delete(&old, ..).await.unwrap();
    check(&store, "a part of hidden rows").await;
}
