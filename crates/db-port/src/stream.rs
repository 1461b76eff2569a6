//! The answer to a query: a schema and a stream of batches.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use futures_util::Stream;
use futures_util::stream::{self, BoxStream, StreamExt};

use crate::error::Result;

/// The rows of a query: a stream of batches that share one schema.
///
/// Batches arrive while the database works, so memory stays bounded. After an error the stream
/// ends.
///
/// # Cancel safety
/// When the stream is dropped, the database stops working on the query. Dropping a future that waits
/// for the next batch loses none.
pub struct RecordStream {
    schema: SchemaRef,
    batches: BoxStream<'static, Result<RecordBatch>>,
}

impl RecordStream {
    /// A stream of `batches` that all have `schema`.
    pub fn new(
        schema: SchemaRef,
        batches: impl Stream<Item = Result<RecordBatch>> + Send + 'static,
    ) -> Self {
        Self { schema, batches: batches.boxed() }
    }

    /// A stream of one batch.
    #[must_use]
    pub fn from_batch(batch: RecordBatch) -> Self {
        Self::new(batch.schema(), stream::iter([Ok(batch)]))
    }

    /// The columns' names and types, known before the first batch and also when there is none.
    #[must_use]
    pub const fn schema(&self) -> &SchemaRef {
        &self.schema
    }
}

impl Stream for RecordStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.batches.poll_next_unpin(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.batches.size_hint()
    }
}

impl fmt::Debug for RecordStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordStream").field("schema", &self.schema).finish_non_exhaustive()
    }
}
