//! Runs ClickHouse's own server out of the engine's library, and works with it over HTTP.

use std::sync::Arc;

use candle_repository::{Candle, CandleRepository, Interval, SeriesKey};
use chdb_server::{Server, ServerConfig};
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::QueryExecutor;

async fn work(url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let db: Arc<dyn QueryExecutor> =
        Arc::new(ClickHouseManager::new(ClickHouseConfig::from_url(url)?)?);
    println!("healthy: {}", db.health_check().await.is_ok());

    let candles = CandleRepository::new(Arc::clone(&db));
    candles.create_schema().await?;
    let bitcoin = SeriesKey::parse("BINANCE:BTCUSDT", Interval::MINUTE)?;
    let candle = Candle {
        open_time: "2024-01-01T00:00".parse()?,
        open: 42_283.58,
        high: 42_298.62,
        low: 42_261.02,
        close: 42_298.61,
        volume: 35.92724,
    };
    let report = candles.upsert(&bitcoin, &[candle]).await?;
    println!("inserted: {}", report.inserted);
    println!("newest close: {:?}", candles.latest(&bitcoin, 1).await?.close());
    db.close().await?;
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The server is this program, started once more as a child process: this comes first.
    chdb_server::run_if_child();

    let folder = tempfile::tempdir()?;
    let server = Server::start(ServerConfig::at(folder.path().join("store")))?;
    println!("ClickHouse {} is listening", server.version());

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work(&server.url()))?;
    server.stop();
    Ok(())
}
