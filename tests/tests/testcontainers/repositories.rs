//! Both repositories through `db-clickhouse`: the whole way once. Their tests on the embedded engine
//! go into the corners.

use std::slice;
use std::sync::Arc;

use candle_repository::{Calendar, CandleRepository, SeriesFilter, TimeRange};
use db_port::QueryExecutor;
use futures_util::future::LocalBoxFuture;
use symbol_repository::{AssetClass, Symbol, SymbolFilter, SymbolRepository, SymbolStatus};

use crate::candles::{candle, daily, key};

type Test = fn(Arc<dyn QueryExecutor>) -> LocalBoxFuture<'static, ()>;

/// Each takes an executor on an empty database.
pub(crate) const TESTS: [(&str, Test); 2] = [
    ("candles_are_stored_corrected_and_read", |db| {
        Box::pin(candles_are_stored_corrected_and_read(db))
    }),
    ("symbols_are_stored_changed_and_found", |db| {
        Box::pin(symbols_are_stored_changed_and_found(db))
    }),
];

async fn candles_are_stored_corrected_and_read(db: Arc<dyn QueryExecutor>) {
    let store = CandleRepository::new(db);
    store.create_schema().await.unwrap();
    store.create_schema().await.unwrap();
    let (key, mut candles) = (key(), daily("2023-12-25", 100));

    assert_eq!(store.upsert(&key, &candles).await.unwrap().inserted, 100);
    let again = store.upsert(&key, &candles).await.unwrap();
    assert_eq!((again.inserted, again.corrected, again.unchanged), (0, 0, 100));

    candles[50] = candle(candles[50].open_time, 7.5);
    let corrected = store.upsert(&key, &candles).await.unwrap();
    assert_eq!((corrected.inserted, corrected.corrected, corrected.unchanged), (0, 1, 99));

    let all = store.range(&key, ..).await.unwrap();
    assert_eq!(all.iter().collect::<Vec<_>>(), candles);
    let range = TimeRange::new(candles[40].open_time, candles[60].open_time).unwrap();
    let part = store.range(&key, range).await.unwrap();
    assert_eq!(part.iter().collect::<Vec<_>>(), candles[40..60]);
    let latest = store.latest(&key, 3).await.unwrap();
    assert_eq!(latest.iter().collect::<Vec<_>>(), candles[97..]);
    let coverage = store.coverage(&key, .., Calendar::Continuous).await.unwrap();
    assert_eq!((coverage.count, coverage.gaps.len()), (100, 0));

    for filter in [
        SeriesFilter::default(),
        SeriesFilter { symbol: Some(key.symbol().into()), ..SeriesFilter::default() },
    ] {
        assert_eq!(store.find_series(&filter).await.unwrap(), slice::from_ref(&key));
        let all = store.latest_of_all(&filter, 3).await.unwrap();
        assert_eq!(all, slice::from_ref(&latest));
        let all = store.coverage_of_all(&filter, .., |_| Calendar::Continuous).await.unwrap();
        assert_eq!(all, slice::from_ref(&coverage));
    }

    assert_eq!(store.delete(&key, range).await.unwrap(), 20);
    candles.drain(40..60);
    let left = store.range(&key, ..).await.unwrap();
    assert_eq!(left.iter().collect::<Vec<_>>(), candles);
}

async fn symbols_are_stored_changed_and_found(db: Arc<dyn QueryExecutor>) {
    let store = SymbolRepository::new(db);
    store.create_schema().await.unwrap();
    store.create_schema().await.unwrap();
    let listed = |exchange: &str, name: &str| {
        let size = "0.01".parse().unwrap();
        Symbol::builder(exchange, name, AssetClass::Equity).tick_size(Some(size)).build().unwrap()
    };
    let all = [listed("NASDAQ", "AAPL"), listed("NASDAQ", "AMZN"), listed("NYSE", "IBM")];

    assert_eq!(store.upsert(&all).await.unwrap().inserted, 3);
    assert_eq!(store.upsert(&all).await.unwrap().unchanged, 3);
    assert_eq!(store.get("NYSE", "IBM").await.unwrap().as_ref(), Some(&all[2]));
    assert_eq!(store.get("NYSE", "AAPL").await.unwrap(), None);
    assert_eq!(store.search("A", 10).await.unwrap(), all[..2]);
    assert_eq!(
        store.find_by_names(&["IBM", "AAPL"]).await.unwrap(),
        [&all[..1], &all[2..]].concat()
    );

    let delisted = store.delist("NYSE", "IBM", "2024-03-01".parse().unwrap()).await.unwrap();
    assert_eq!(delisted.status(), SymbolStatus::Delisted);
    assert_eq!(store.upsert(slice::from_ref(&delisted)).await.unwrap().unchanged, 1);
    let filter = SymbolFilter { status: Some(SymbolStatus::Delisted), ..SymbolFilter::default() };
    assert_eq!(store.find(&filter).await.unwrap(), [delisted]);
}
