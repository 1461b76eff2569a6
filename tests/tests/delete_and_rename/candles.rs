//! A repository of candles on a database, and candles made up for it.

use std::sync::Arc;

use candle_repository::{Candle, CandleRepository, SeriesKey, SymbolName, Timestamp};
use db_port::{QueryExecutor, Statement};

pub(crate) struct Store {
    pub(crate) db: Arc<dyn QueryExecutor>,
    pub(crate) candles: CandleRepository,
}

impl Store {
    pub(crate) async fn on(db: Arc<dyn QueryExecutor>) -> Self {
        let candles = CandleRepository::new(Arc::clone(&db));
        candles.create_schema().await.unwrap();
        Self { db, candles }
    }

    pub(crate) async fn stored(&self, key: &SeriesKey) -> Vec<Candle> {
        self.candles.range(key, ..).await.unwrap().iter().collect()
    }

    /// `candles` are what is read, before merging and after it.
    pub(crate) async fn holds(&self, key: &SeriesKey, candles: &[Candle]) {
        assert_eq!(self.stored(key).await, candles, "{key}");
        self.db.execute(Statement::new("OPTIMIZE TABLE candles FINAL")).await.unwrap();
        assert_eq!(self.stored(key).await, candles, "{key} after merging");
    }

    /// Every stored series and its number of candles.
    pub(crate) async fn series(&self) -> Vec<(String, u64)> {
        let all = self.candles.list_series().await.unwrap();
        all.into_iter().map(|info| (info.key.to_string(), info.candles)).collect()
    }
}

pub(crate) fn key(name: &str, interval: &str) -> SeriesKey {
    SeriesKey::parse(name, interval.parse().unwrap()).unwrap()
}

pub(crate) fn name(text: &str) -> SymbolName {
    SymbolName::parse(text).unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn candle(open_time: Timestamp, close: f64) -> Candle {
    Candle { open_time, open: close, high: close + 1.0, low: close - 1.0, close, volume: 10.0 }
}

/// `count` candles in a row from `first`.
pub(crate) fn run(key: &SeriesKey, first: &str, count: usize) -> Vec<Candle> {
    let opens =
        std::iter::successors(Some(at(first)), |&open| Some(key.interval().next_open(open)));
    opens.take(count).zip(0_u32..).map(|(open, n)| candle(open, 100.0 + f64::from(n))).collect()
}
