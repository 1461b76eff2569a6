//! Stores three days, and reads them back: as columns, as longer candles, and what is missing.

use std::sync::Arc;

use candle_repository::{
    Calendar, Candle, CandleRepository, Interval, SeriesKey, TimeRange, Timestamp,
};
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::QueryExecutor;

fn day(date: &str, open: f64, close: f64) -> Result<Candle, Box<dyn std::error::Error>> {
    let open_time: Timestamp = date.parse()?;
    Ok(Candle { open_time, open, high: 440.0, low: 410.0, close, volume: 20_000_000.0 })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db: Arc<dyn QueryExecutor> = Arc::new(ChdbExecutor::new(ChdbConfig::in_memory()));
    let candles = CandleRepository::new(Arc::clone(&db));
    candles.create_schema().await?;

    let apple = SeriesKey::parse("NASDAQ:AAPL", Interval::DAY)?;
    let days = [
        day("2013-03-04", 427.8, 420.05)?,
        day("2013-03-05", 421.48, 431.14)?,
        day("2013-03-07", 424.5, 430.58)?,
    ];
    candles.upsert(&apple, &days).await?;

    // A range is half-open. Its columns are slices.
    let (from, to): (Timestamp, Timestamp) = ("2013-03-04".parse()?, "2013-03-06".parse()?);
    let series = candles.range(&apple, TimeRange::new(from, to)?).await?;
    println!("closes from {from} to {to}: {:?}", series.close());

    // Computed by the database; weeks begin on Monday.
    let weeks = candles.resample(&apple, Interval::WEEK, ..).await?;
    for week in weeks.iter() {
        println!("week of {}: opened at {}, closed at {}", week.open_time, week.open, week.close);
    }

    let coverage = candles.coverage(&apple, .., Calendar::Weekdays).await?;
    println!("{} candles, {} missing", coverage.count, coverage.missing());
    for gap in &coverage.gaps {
        println!("gap from {} to {}", gap.first, gap.last);
    }
    db.close().await?;
    Ok(())
}
