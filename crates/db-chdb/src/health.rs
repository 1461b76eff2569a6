//! Whether the engine works.

use std::sync::Arc;
use std::time::Instant;

use arrow_array::StringArray;
use db_port::{DbError, Health, Phase, Result, Statement, column};
use futures_util::TryStreamExt;
use tokio::time::timeout;

use crate::config::ChdbConfig;
use crate::query;
use crate::session::Session;

/// Asks the engine for its version. The time limit counts from before the session is there.
pub(crate) async fn check(
    config: &ChdbConfig,
    session: impl Future<Output = Result<Arc<Session>>>,
) -> Result<Health> {
    let limit = config.health_timeout;
    let begin = Instant::now();
    let version = async {
        // Shorter than the limit, so that an error can say that the permits were missing.
        let wait = limit.min(config.acquire_timeout).mul_f64(0.9);
        let ask = Statement::new("SELECT version() AS version");
        let mut rows = query::run(session.await?, ask, Some(wait)).await?;
        let batch = rows.try_next().await?.ok_or_else(|| DbError::UnexpectedResult {
            expected: "the engine's version".into(),
            found: "no row".into(),
        })?;
        Ok(column::<StringArray>(&batch, "version")?.value(0).to_owned())
    };
    match timeout(limit, version).await {
        Ok(version) => Ok(Health::new(version?, begin.elapsed())),
        Err(_) => Err(DbError::Timeout { phase: Phase::Request, limit }),
    }
}
