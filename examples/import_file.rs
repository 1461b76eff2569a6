//! Imports a CSV file into an embedded store, twice, and shows what each import changed.

use std::path::Path;
use std::sync::Arc;

use candle_files::{CandleFile, ImportOptions};
use candle_repository::CandleRepository;
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::QueryExecutor;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/stocks-daily.csv"));

    // Columns, dates, symbols and the interval are found in the file, and every row is checked.
    let file = CandleFile::read(path, &ImportOptions::default())?;
    println!("{} rows, {} series", file.rows, file.series.len());
    for warning in &file.warnings {
        println!("warning: {warning}");
    }

    // `ChdbConfig::at("./store")` keeps the store in a folder.
    let db: Arc<dyn QueryExecutor> = Arc::new(ChdbExecutor::new(ChdbConfig::in_memory()));
    let candles = CandleRepository::new(Arc::clone(&db));
    candles.create_schema().await?;

    for attempt in ["first import", "second import"] {
        let report = candles.upsert_all(&file.series).await?;
        println!(
            "{attempt}: {} inserted, {} corrected, {} unchanged",
            report.inserted, report.corrected, report.unchanged
        );
    }
    db.close().await?;
    Ok(())
}
