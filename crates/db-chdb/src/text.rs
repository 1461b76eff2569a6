//! Whether text is text.

use arrow_array::{Array, RecordBatch};
use db_port::{DbError, Result};

/// The engine hands the bytes of a `String` over as text without a look at them, and code that takes
/// them for text may do anything if they are not UTF-8.
pub(crate) fn check(batch: &RecordBatch) -> Result<()> {
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        column.to_data().validate_full().map_err(|error| DbError::UnexpectedResult {
            expected: format!("text in column {}", field.name()),
            found: format!("{error}; read other bytes through hex()"),
        })?;
    }
    Ok(())
}
