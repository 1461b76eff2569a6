//! Columns of an answer by name and type.

use arrow_array::{Array, RecordBatch};

use crate::error::{DbError, Result};

/// The column `name` of `batch` as an array of type `A`, every value present.
///
/// # Errors
/// [`DbError::UnexpectedResult`] that names the column, what was expected and what was found: no
/// such column, another type, or a `NULL`.
pub fn column<'a, A: Array + 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a A> {
    let array = nullable_column::<A>(batch, name)?;
    if array.null_count() > 0 {
        return Err(DbError::UnexpectedResult {
            expected: format!("column {name} without NULL"),
            found: format!("{} NULL in {} rows", array.null_count(), array.len()),
        });
    }
    Ok(array)
}

/// The column `name` of `batch` as an array of type `A`, which may hold `NULL`.
///
/// # Errors
/// [`DbError::UnexpectedResult`] as for [`column()`].
pub fn nullable_column<'a, A: Array + 'static>(
    batch: &'a RecordBatch,
    name: &str,
) -> Result<&'a A> {
    let expected = || {
        let path = std::any::type_name::<A>();
        let short = path.split('<').next_back().unwrap_or(path).trim_end_matches('>');
        format!("column {name} of {}", short.rsplit("::").next().unwrap_or(short))
    };
    let found = match batch.column_by_name(name) {
        Some(array) => match array.as_any().downcast_ref::<A>() {
            Some(array) => return Ok(array),
            None => array.data_type().to_string(),
        },
        None => {
            let schema = batch.schema();
            let names: Vec<_> = schema.fields().iter().map(|f| f.name().as_str()).collect();
            format!("columns {}", names.join(", "))
        }
    };
    Err(DbError::UnexpectedResult { expected: expected(), found })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, StringArray};

    use super::*;

    fn batch() -> RecordBatch {
        let open: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.5), None]));
        let symbol: ArrayRef = Arc::new(StringArray::from(vec!["A", "B"]));
        RecordBatch::try_from_iter([("open", open), ("symbol", symbol)]).unwrap()
    }

    #[test]
    fn a_column_of_the_right_type_is_found() {
        assert_eq!(column::<StringArray>(&batch(), "symbol").unwrap().value(1), "B");
        assert!(nullable_column::<Float64Array>(&batch(), "open").unwrap().is_null(1));
    }

    #[test]
    fn errors_name_the_column_and_both_types() {
        let wrong = column::<Float64Array>(&batch(), "symbol").unwrap_err().to_string();
        assert!(wrong.contains("column symbol of Float64") && wrong.contains("Utf8"), "{wrong}");
        let missing = column::<Float64Array>(&batch(), "close").unwrap_err().to_string();
        assert!(missing.contains("close") && missing.contains("open, symbol"), "{missing}");
        let null = column::<Float64Array>(&batch(), "open").unwrap_err().to_string();
        assert!(null.contains("open") && null.contains("1 NULL"), "{null}");
    }
}
