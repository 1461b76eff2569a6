//! The answer to a scripted query.

use arrow_array::RecordBatch;
use db_port::{DbError, RecordStream, Result};
use futures_util::stream;

/// What a scripted query answers: batches, a failure, or batches and then a failure.
///
/// A [`RecordBatch`] is a reply of one batch, a [`DbError`] the reply of a query that does not
/// begin to answer.
///
/// ```
/// use arrow_array::{RecordBatch, record_batch};
/// use db_mock::QueryReply;
/// use db_port::DbError;
///
/// let batch = record_batch!(("a", Int32, [1, 2])).unwrap();
/// let all = QueryReply::batches([batch.clone(), batch.clone()]);
/// let half = QueryReply::batches([batch]).then_fail(DbError::Closed);
/// ```
#[derive(Debug)]
pub struct QueryReply(Result<Rows>);

#[derive(Debug)]
struct Rows {
    batches: Vec<RecordBatch>,
    failure: Option<DbError>,
}

impl QueryReply {
    /// A stream of `batches`, which share one schema.
    ///
    /// # Panics
    /// Without any batch, because the first says the schema: for an answer without rows give an
    /// empty one ([`RecordBatch::new_empty`]).
    #[must_use]
    pub fn batches(batches: impl IntoIterator<Item = RecordBatch>) -> Self {
        let batches: Vec<_> = batches.into_iter().collect();
        assert!(!batches.is_empty(), "a reply needs a batch, which may be empty, for its schema");
        Self(Ok(Rows { batches, failure: None }))
    }

    /// The same, but after the batches the stream fails with `error`. A reply that has failed
    /// before its first batch stays as it is.
    #[must_use]
    pub fn then_fail(self, error: DbError) -> Self {
        Self(self.0.map(|rows| Rows { failure: Some(error), ..rows }))
    }

    /// What the query returns, for a mock's `returning`.
    ///
    /// # Errors
    /// The failure of a query that does not begin to answer.
    pub fn into_stream(self) -> Result<RecordStream> {
        let Rows { batches, failure } = self.0?;
        let schema = batches[0].schema();
        let items = batches.into_iter().map(Ok).chain(failure.map(Err));
        Ok(RecordStream::new(schema, stream::iter(items)))
    }
}

impl From<RecordBatch> for QueryReply {
    fn from(batch: RecordBatch) -> Self {
        Self::batches([batch])
    }
}

impl From<DbError> for QueryReply {
    fn from(error: DbError) -> Self {
        Self(Err(error))
    }
}
