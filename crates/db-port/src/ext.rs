//! Conveniences that every executor has.

use std::future::Future;
use std::sync::Arc;

use arrow_array::RecordBatch;
use async_trait::async_trait;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt};

use crate::collect::collect;
use crate::error::{DbError, Result};
use crate::executor::QueryExecutor;
use crate::identifier::Identifier;
use crate::insert::Insert;
use crate::scope;
use crate::statement::Statement;

/// Convenience on top of every [`QueryExecutor`].
#[async_trait]
pub trait QueryExecutorExt: QueryExecutor {
    /// Whether a [`QueryExecutor::health_check`] succeeds now. Why not is what its error says;
    /// [`HealthProblem::of`](crate::HealthProblem::of) sorts that.
    ///
    /// # Cancel safety
    /// The future can be dropped at any time.
    async fn is_healthy(&self) -> bool {
        self.health_check().await.is_ok()
    }

    /// All rows of a query in one batch, which has the query's schema also when it has no rows.
    ///
    /// # Errors
    /// Those of [`QueryExecutor::query`] and of its stream.
    ///
    /// # Cancel safety
    /// When the future is dropped, the database stops working on the query. Rows that have arrived
    /// are lost; asking again is safe.
    async fn query_all(&self, statement: Statement) -> Result<RecordBatch> {
        collect(self.query(statement).await?).await
    }

    /// The only row of a query.
    ///
    /// # Errors
    /// Those of [`QueryExecutorExt::query_all`], and [`DbError::UnexpectedResult`] unless there is
    /// exactly one row.
    ///
    /// # Cancel safety
    /// As for [`QueryExecutorExt::query_all`].
    async fn query_one(&self, statement: Statement) -> Result<RecordBatch> {
        only_row(self.query_all(statement).await?)
    }

    /// Stores batches one after the other as they come, in bounded memory, and returns the number
    /// of rows. Each batch is acknowledged by itself.
    ///
    /// # Errors
    /// The first error of the stream or of [`QueryExecutor::insert`]; the batches before it are
    /// stored.
    ///
    /// # Cancel safety
    /// When the future is dropped, the batches that were acknowledged are stored, and the one under
    /// way as a whole or not at all. How many that were is not known: send all of them again only
    /// if that is harmless.
    async fn insert_all<S>(&self, table: Identifier, batches: S) -> Result<u64>
    where
        S: Stream<Item = Result<RecordBatch>> + Send + 'static,
    {
        insert_each(self, table, batches.boxed()).await
    }

    /// Connects, runs `body`, and closes on every way out: success, error, panic, and when the
    /// future is dropped; also when connecting fails.
    ///
    /// # Errors
    /// Those of [`QueryExecutor::connect`], then those of `body`, then those of
    /// [`QueryExecutor::close`].
    ///
    /// # Cancel safety
    /// When the future is dropped, `body` is dropped with it and the executor is closed in the
    /// background.
    async fn scoped<T, E, F, Fut>(self: Arc<Self>, body: F) -> Result<T, E>
    where
        F: FnOnce(Arc<Self>) -> Fut + Send,
        Fut: Future<Output = Result<T, E>> + Send,
        T: Send,
        E: From<DbError> + Send,
    {
        scope::run(self, body).await
    }
}

impl<T: QueryExecutor + ?Sized> QueryExecutorExt for T {}

fn only_row(batch: RecordBatch) -> Result<RecordBatch> {
    match batch.num_rows() {
        1 => Ok(batch),
        rows => Err(DbError::UnexpectedResult {
            expected: "exactly one row".into(),
            found: format!("{rows} rows"),
        }),
    }
}

async fn insert_each<D: QueryExecutor + ?Sized>(
    db: &D,
    table: Identifier,
    mut batches: BoxStream<'_, Result<RecordBatch>>,
) -> Result<u64> {
    let mut rows = 0;
    while let Some(batch) = batches.try_next().await? {
        rows += db.insert(Insert::new(table.clone(), batch)).await?.rows;
    }
    Ok(rows)
}
