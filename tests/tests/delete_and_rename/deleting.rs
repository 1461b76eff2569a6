//! Candles that are deleted.

use std::sync::Arc;

use candle_repository::{CandleRepository, SeriesFilter, TimeRange};
use db_port::{QueryExecutor, Statement};

use crate::candles::{Store, at, key, name, run};

/// The table remembers what was inserted, and drops what it takes for a repetition.
pub(crate) async fn candles_that_were_deleted_come_back_when_the_same_are_stored_again(
    db: Arc<dyn QueryExecutor>,
) {
    let store = Store::on(db).await;
    let (mine, other) = (key("NASDAQ:AAPL", "1d"), key("NASDAQ:MSFT", "1d"));
    let candles = run(&mine, "2023-11-01", 200);
    store.candles.upsert(&other, &candles).await.unwrap();
    let somebody_else = CandleRepository::new(Arc::clone(&store.db));
    for writer in [&store.candles, &store.candles, &somebody_else] {
        assert_eq!(writer.upsert(&mine, &candles).await.unwrap().inserted, 200);
        assert_eq!(store.stored(&mine).await, candles);
        assert_eq!(store.candles.delete(&mine, ..).await.unwrap(), 200);
        store.holds(&mine, &[]).await;
    }
    let range = TimeRange::from(at("2024-01-01")..);
    somebody_else.upsert(&mine, &candles).await.unwrap();
    assert_eq!(store.candles.delete(&mine, range).await.unwrap(), 139);
    assert_eq!(store.candles.upsert(&mine, &candles).await.unwrap().inserted, 139);
    store.holds(&mine, &candles).await;
    store.holds(&other, &candles).await;
}

pub(crate) async fn candles_come_back_also_with_a_lower_revision_than_the_deleted_had(
    db: Arc<dyn QueryExecutor>,
) {
    let store = Store::on(db).await;
    let key = key("A", "1d");
    let insert = "INSERT INTO candles SELECT '', 'A', '1d', '2024-01-02', 9, 9, 9, 9, 9, \
                  9000000000000000000";
    store.db.execute(Statement::new(insert)).await.unwrap();
    assert_eq!(store.candles.delete(&key, ..).await.unwrap(), 1);
    let candles = run(&key, "2024-01-01", 3);
    let writer = CandleRepository::new(Arc::clone(&store.db));
    assert_eq!(writer.upsert(&key, &candles).await.unwrap().inserted, 3);
    assert_eq!(store.stored(&key).await, candles);
    store.holds(&key, &candles).await;
}

pub(crate) async fn what_would_be_deleted_is_told_by_series_and_range(db: Arc<dyn QueryExecutor>) {
    let store = Store::on(db).await;
    for (symbol, interval) in [("X:A", "1d"), ("X:A", "1h"), ("A", "1d"), ("X:B", "1d")] {
        let key = key(symbol, interval);
        store.candles.upsert(&key, &run(&key, "2024-01-01", 48)).await.unwrap();
        store.candles.upsert(&key, &run(&key, "2023-12-31", 1)).await.unwrap();
    }
    let told = async |filter: &SeriesFilter, range: TimeRange| -> Vec<_> {
        let told = store.candles.series_info(filter, range).await.unwrap().into_iter();
        told.map(|info| (info.key.to_string(), info.candles, info.first, info.last)).collect()
    };
    let of_a = SeriesFilter::from(&name("X:A"));
    let (first, last) = (at("2023-12-31"), at("2024-02-17"));
    assert_eq!(
        told(&of_a, TimeRange::ALL).await,
        [("X:A 1h".into(), 49, first, at("2024-01-02T23:00")), ("X:A 1d".into(), 49, first, last)]
    );
    let days = SeriesFilter { interval: Some("1d".parse().unwrap()), ..of_a };
    let middle = TimeRange::new(at("2024-01-03"), at("2024-01-05")).unwrap();
    assert_eq!(
        told(&days, middle).await,
        [("X:A 1d".into(), 2, at("2024-01-03"), at("2024-01-04"))]
    );
    let bare = SeriesFilter::from(&name(":A"));
    assert_eq!(told(&bare, TimeRange::ALL).await, [("A 1d".into(), 49, first, last)]);
    assert!(told(&bare, TimeRange::from(at("2025-01-01")..)).await.is_empty());
}
