//! An adapter of your own: it counts what passes, and hands it to another one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use async_trait::async_trait;
use candle_repository::{CandleRepository, Interval, SeriesKey};
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{Health, Insert, InsertSummary, QueryExecutor, RecordStream, Result, Statement};

#[derive(Debug)]
struct Counting<E> {
    inner: E,
    queries: AtomicU64,
}

impl<E: QueryExecutor> std::fmt::Display for Counting<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, counted", self.inner)
    }
}

#[async_trait]
impl<E: QueryExecutor> QueryExecutor for Counting<E> {
    async fn connect(&self) -> Result<()> {
        self.inner.connect().await
    }
    fn is_connected(&self) -> bool {
        self.inner.is_connected()
    }
    async fn query(&self, statement: Statement) -> Result<RecordStream> {
        self.queries.fetch_add(1, Relaxed);
        self.inner.query(statement).await
    }
    async fn execute(&self, statement: Statement) -> Result<()> {
        self.inner.execute(statement).await
    }
    async fn insert(&self, insert: Insert) -> Result<InsertSummary> {
        self.inner.insert(insert).await
    }
    async fn health_check(&self) -> Result<Health> {
        self.inner.health_check().await
    }
    async fn close(&self) -> Result<()> {
        self.inner.close().await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let inner = ChdbExecutor::new(ChdbConfig::in_memory());
    let db = Arc::new(Counting { inner, queries: AtomicU64::new(0) });
    let candles = CandleRepository::new(db.clone()); // it cannot tell the difference
    candles.create_schema().await?;
    let apple = SeriesKey::parse("NASDAQ:AAPL", Interval::DAY)?;
    println!("{} candles through {db}", candles.range(&apple, ..).await?.len());
    println!("{} query", db.queries.load(Relaxed));
    Ok(db.close().await?)
}
