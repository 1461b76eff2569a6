//! While parts are merged, stored and removed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use candle_repository::CandleRepository;
use candlehouse_tests::server;

use crate::store::{Store, key, run};

/// The same candles are stored again and again, and merged; the list stays the same.
#[tokio::test]
async fn lists_stay_right_while_parts_come_and_go() {
    let db = server::temp_database("lists_stay_right_while_parts_come_and_go").await;
    let store = Store::new(db.shared()).await;
    let writer = CandleRepository::new(Arc::clone(&store.db));
    for name in ["X:A", "X:B", "X:C"] {
        let key = key(name, "1h");
        writer.upsert(&key, &run(&key, "2022-12-01", 0, 1500, 1.0)).await.unwrap();
    }
    store.run("OPTIMIZE TABLE candles FINAL").await;
    let (names, list) =
        (store.asked.keys().await.unwrap(), store.asked.list_series().await.unwrap());
    assert!(store.spy.saw_no_scan());

    let is_done = AtomicBool::new(false);
    let store_again = async {
        for _ in 0..10 {
            store
                .run(
                    "INSERT INTO candles SELECT * REPLACE (revision + 1 AS revision) FROM candles \
                     WHERE symbol = 'C' AND toDayOfMonth(open_time) = 5",
                )
                .await;
            store.run("OPTIMIZE TABLE candles FINAL").await;
        }
        is_done.store(true, Ordering::Relaxed);
    };
    let ask = async {
        let mut without_scan = 0;
        while !is_done.load(Ordering::Relaxed) {
            assert_eq!(store.asked.keys().await.unwrap(), names);
            assert_eq!(store.asked.list_series().await.unwrap(), list);
            without_scan += u32::from(store.spy.saw_no_scan());
        }
        assert!(without_scan > 0);
    };
    tokio::join!(store_again, ask);
}
