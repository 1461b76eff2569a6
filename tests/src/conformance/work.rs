use std::time::Duration;

use db_port::{QueryExecutor, Statement};

use crate::table::number;

/// Waits until the database runs (or no longer runs) a statement whose text holds `mark`.
pub(crate) async fn wait_until_running(db: &dyn QueryExecutor, mark: &str, running: bool) {
    for _ in 0..1000 {
        let found = Statement::new(
            "SELECT count() AS n FROM system.processes \
             WHERE position(query, {mark:String}) > 0 AND position(query, 'system.processes') = 0",
        )
        .bind("mark", mark);
        if (number(db, found).await > 0) == running {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("after 10 s the database still does{} run {mark}", if running { " not" } else { "" });
}
