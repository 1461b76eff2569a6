//! Two tables of numbers in a column `v`, and inserts into them.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use db_port::{Identifier, Insert, QueryExecutor, QueryExecutorExt, Result, Statement};

use crate::table::number;

/// Remembers the tokens of its inserts.
pub const WINDOWED: Identifier = Identifier::from_static("windowed");

/// Stores whatever comes, as often as it comes.
pub const PLAIN: Identifier = Identifier::from_static("plain");

/// Makes both tables.
///
/// # Panics
/// If the database does not do it.
pub async fn create(db: &dyn QueryExecutor) {
    for sql in [
        "CREATE TABLE plain (v Int64) ENGINE = MergeTree ORDER BY v",
        "CREATE TABLE windowed (v Int64) ENGINE = MergeTree ORDER BY v \
         SETTINGS non_replicated_deduplication_window = 1000",
    ] {
        db.execute(Statement::new(sql)).await.unwrap();
    }
}

/// An insert of these numbers.
///
/// # Panics
/// Never.
#[must_use]
pub fn numbers(table: Identifier, n: impl IntoIterator<Item = i64>) -> Insert {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(n));
    Insert::new(table, RecordBatch::try_from_iter([("v", column)]).unwrap())
}

/// How many rows a table has.
///
/// # Panics
/// If it cannot be asked.
pub async fn rows(db: &dyn QueryExecutor, table: &Identifier) -> u64 {
    let text = format!("SELECT count() AS n FROM {table}");
    number(db, Statement::from_audited_text(text)).await
}

/// The numbers in the first column of an answer, all of them `Int64`.
///
/// # Errors
/// Those of the query.
///
/// # Panics
/// If they are of another type.
pub async fn read(db: &(impl QueryExecutor + ?Sized), statement: Statement) -> Result<Vec<i64>> {
    let rows = db.query_all(statement).await?;
    Ok(rows.column(0).as_primitive::<Int64Type>().values().to_vec())
}
