//! How fast and how small the embedded store is, on disk. Times are medians over five runs in one
//! process and mean most beside each other; none of them is checked, only that the work was done.

mod timings;
mod workload;

use std::error::Error;
use std::sync::Arc;

use candle_repository::CandleRepository;
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{QueryExecutor, QueryExecutorExt, Statement};
use timings::Timings;

const RUNS: usize = 5;

pub(crate) type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

#[tokio::main]
async fn main() -> Result {
    let folder = tempfile::tempdir()?;
    let executor = Arc::new(ChdbExecutor::new(ChdbConfig::on_disk(folder.path())));
    executor.scoped(|db| async move { measure(db).await }).await
}

async fn measure(db: Arc<dyn QueryExecutor>) -> Result {
    for workload in [workload::daily()?, workload::minutes()?] {
        let candles = CandleRepository::new(Arc::clone(&db));
        let mut timings = Timings::default();
        for _ in 0..RUNS {
            db.execute(Statement::new("DROP TABLE IF EXISTS candles SYNC")).await?;
            candles.create_schema().await?;
            workload.run(&candles, &mut timings).await?;
        }
        let written = candles.table_stats().await?;
        db.execute(Statement::new("OPTIMIZE TABLE candles FINAL")).await?;
        let merged = candles.table_stats().await?;
        workload.print(&timings, [("as written", written), ("after merging", merged)])?;
    }
    Ok(())
}
