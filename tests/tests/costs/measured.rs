//! Candles on a server that keeps a log of its statements, and what calls cost by that log.

use candle_repository::{Candle, CandleRepository, Interval, SeriesKey, SortedCandles};
use candlehouse_tests::query_log::{self, Cost};
use candlehouse_tests::server::{Server, empty_database};
use chdb_server::ServerConfig;
use db_clickhouse::ClickHouseManager;
use db_port::{QueryExecutor, Statement};
use std::sync::Arc;

/// Rows that the engine reads at the least where it reads anything.
pub(crate) const GRANULE: u64 = 8_192;

/// So many series of minutes, over the end of a year.
pub(crate) const SERIES: u64 = 4;
pub(crate) const EACH: u64 = 60_000;

/// So many in each, where reading them all would be noticed.
pub(crate) const MANY: u64 = 600_000;

pub(crate) struct Measured {
    pub(crate) candles: CandleRepository,
    pub(crate) db: Arc<ClickHouseManager>,
    _server: Server,
}

impl Measured {
    /// An empty table of candles.
    pub(crate) async fn empty() -> Self {
        let server = Server::own(ServerConfig::temporary().with_query_log());
        let config = empty_database(server.url(), "costs").await;
        let db = Arc::new(ClickHouseManager::new(config).unwrap());
        let candles = CandleRepository::new(Arc::clone(&db) as Arc<dyn QueryExecutor>);
        candles.create_schema().await.unwrap();
        Self { candles, db, _server: server }
    }

    /// All series are stored, each year's in one part.
    pub(crate) async fn full() -> Self {
        let measured = Self::empty().await;
        let all: Vec<_> = (0..SERIES).map(series).collect();
        measured.candles.upsert_all(&all).await.unwrap();
        measured.merge().await;
        measured
    }

    /// [`MANY`] candles of each series are stored, each year's in one part.
    pub(crate) async fn fill(&self) {
        let fill = "INSERT INTO candles SELECT 'X', 'S' || toString(intDiv(number, {many:UInt64})), \
                    '1m', toDateTime64('2022-06-01', 3, 'UTC') + 60 * (number % {many:UInt64}), \
                    1, 1, 1, 1, 1, 1 FROM numbers({all:UInt64})";
        let fill = Statement::new(fill).bind("many", MANY).bind("all", MANY * SERIES);
        self.db.execute(fill).await.unwrap();
        self.merge().await;
    }

    pub(crate) async fn merge(&self) {
        self.db.execute(Statement::new("OPTIMIZE TABLE candles FINAL")).await.unwrap();
    }

    /// What the statements cost that `call` sends.
    pub(crate) async fn cost<T>(&self, call: impl Future<Output = T>) -> Cost {
        let before = query_log::cost_so_far(&*self.db).await;
        call.await;
        query_log::cost_so_far(&*self.db).await - before
    }
}

pub(crate) fn key(number: u64) -> SeriesKey {
    SeriesKey::new("X", format!("S{number}"), Interval::MINUTE).unwrap()
}

/// A walk in cents, always the same for a number.
pub(crate) fn series(number: u64) -> SortedCandles {
    let mut random = fastrand::Rng::with_seed(number);
    let (mut open_time, mut cents) = ("2022-12-10".parse().unwrap(), 1_000_000_u64);
    let price = |cents: u64| cents as f64 / 100.0;
    let candle = |_| {
        let open = cents;
        cents = cents + random.u64(..41) - 20;
        let candle = Candle {
            open_time,
            open: price(open),
            high: price(open.max(cents) + random.u64(..10)),
            low: price(open.min(cents) - random.u64(..10)),
            close: price(cents),
            volume: random.u64(..10_000) as f64,
        };
        open_time = Interval::MINUTE.next_open(open_time);
        candle
    };
    SortedCandles::new(key(number), (0..EACH).map(candle).collect()).unwrap()
}
