//! Small helpers to look into batches.

use arrow_array::{Array, RecordBatch, StringArray, UInt64Array};
use db_port::{QueryExecutor, QueryExecutorExt, Statement, column};

/// The only value of a query that returns one `UInt64` called `n`.
///
/// # Panics
/// If the query fails or returns something else.
pub async fn number(db: &dyn QueryExecutor, statement: Statement) -> u64 {
    let row = db.query_one(statement).await.unwrap();
    column::<UInt64Array>(&row, "n").unwrap().value(0)
}

/// The only value of a query that returns one `String` called `s`.
///
/// # Panics
/// If the query fails or returns something else.
pub async fn text(db: &dyn QueryExecutor, statement: Statement) -> String {
    let row = db.query_one(statement).await.unwrap();
    column::<StringArray>(&row, "s").unwrap().value(0).to_owned()
}

/// A column of a batch.
///
/// # Panics
/// If there is no such column of that type.
#[must_use]
pub fn array<'a, A: Array + 'static>(batch: &'a RecordBatch, name: &str) -> &'a A {
    db_port::nullable_column(batch, name).unwrap()
}
