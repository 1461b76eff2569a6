//! A table of candles with granules of a few rows.

use std::sync::Arc;

use arrow_array::StringArray;
use candle_repository::{Candle, CandleRepository, SeriesKey, Timestamp};
use candlehouse_tests::table::array;
use db_port::{QueryExecutor, QueryExecutorExt, Statement};

use crate::spy::Spy;

/// Parts are then merged only when a test says so.
pub(crate) const NO_MERGES: &str =
    "ALTER TABLE candles MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1";

pub(crate) struct Store {
    pub(crate) db: Arc<dyn QueryExecutor>,
    /// Asks through the spy.
    pub(crate) asked: CandleRepository,
    pub(crate) spy: Arc<Spy>,
}

impl Store {
    pub(crate) async fn new(db: Arc<dyn QueryExecutor>) -> Self {
        let spy = Spy::on(Arc::clone(&db));
        let asked = CandleRepository::new(Arc::clone(&spy) as Arc<dyn QueryExecutor>);
        asked.create_schema().await.unwrap();
        let table = db.query_one(Statement::new("SHOW CREATE TABLE candles")).await.unwrap();
        let table = array::<StringArray>(&table, "statement").value(0);
        let small = table.replace("index_granularity = 8192", "index_granularity = 4");
        assert_ne!(small, table);
        let store = Self { db, asked, spy };
        store.run("DROP TABLE candles").await;
        let small = Statement::from_audited_text(small);
        store.db.execute(small.with_setting("allow_experimental_codecs", 1)).await.unwrap();
        store
    }

    pub(crate) async fn run(&self, sql: &'static str) {
        self.db.execute(Statement::new(sql)).await.unwrap();
    }
}

pub(crate) fn key(name: &str, interval: &str) -> SeriesKey {
    SeriesKey::parse(name, interval.parse().unwrap()).unwrap()
}

/// The candles of a series from the `from`th after `first`.
pub(crate) fn run(
    key: &SeriesKey,
    first: &str,
    from: usize,
    count: usize,
    close: f64,
) -> Vec<Candle> {
    let first: Timestamp = key.interval().open_of(first.parse().unwrap());
    let opens = std::iter::successors(Some(first), |&open| Some(key.interval().next_open(open)));
    let candle =
        |open_time| Candle { open_time, open: close, high: close, low: close, close, volume: 1.0 };
    opens.skip(from).take(count).map(candle).collect()
}
