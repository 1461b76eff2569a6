//! The columns of an insert beside those of its table.

use arrow_array::{Array, StringArray};
use arrow_schema::Schema;

use crate::error::{DbError, Result};
use crate::insert::Insert;

/// The text of the statement that asks for the names of the columns without a stated default, as
/// column `name`, of the table `{table:String}`.
pub const COLUMNS_WITHOUT_DEFAULT: &str = "SELECT name FROM system.columns \
    WHERE database = currentDatabase() AND table = {table:String} AND default_kind = ''";

/// The positions of the batch's columns in the order of `table`, the columns of the target table as
/// a query returns them; `None` where the batch lacks one.
///
/// # Errors
/// [`DbError::InvalidInput`] that names the first column the table does not know, that is there
/// twice, that has another type, or that holds `NULL` where the table takes none.
pub fn column_positions(insert: &Insert, table: &Schema) -> Result<Vec<Option<usize>>> {
    let refuse = |column: &str, reason: String| {
        let what = format!("column {column} of the insert into {}", insert.table());
        Err(DbError::InvalidInput { what, reason })
    };
    let mut order = vec![None; table.fields().len()];
    for (position, field) in insert.batch().schema_ref().fields().iter().enumerate() {
        let name = field.name().as_str();
        let Some((index, wanted)) = table.column_with_name(name) else {
            let known: Vec<_> = table.fields().iter().map(|f| f.name().as_str()).collect();
            return refuse(name, format!("the table has only {}", known.join(", ")));
        };
        if order[index].replace(position).is_some() {
            return refuse(name, "it is there twice".into());
        }
        if wanted.data_type() != field.data_type() {
            let (wanted, found) = (wanted.data_type(), field.data_type());
            return refuse(name, format!("the table takes {wanted}, the batch has {found}"));
        }
        let nulls = insert.batch().column(position).null_count();
        if nulls > 0 && !wanted.is_nullable() {
            return refuse(name, format!("{nulls} rows are NULL and the column takes none"));
        }
    }
    Ok(order)
}

/// Refuses an insert whose batch lacks a column that rows must bring: one without a default of its
/// own, so that the database would invent a zero or an empty text. `without_default` holds the names
/// that [`COLUMNS_WITHOUT_DEFAULT`] asks for.
///
/// # Errors
/// [`DbError::InvalidInput`] that names the first such column.
pub fn check_missing_columns(
    insert: &Insert,
    table: &Schema,
    without_default: &StringArray,
) -> Result<()> {
    let missing = missing_columns(insert, table).find(|name| {
        without_default.iter().flatten().any(|without_default| without_default == *name)
    });
    match missing {
        None => Ok(()),
        Some(name) => Err(DbError::InvalidInput {
            what: format!("insert into {}", insert.table()),
            reason: format!("column {name} is missing, and the table has no default for it"),
        }),
    }
}

/// The columns of `table` that the batch lacks and that take no `NULL`.
pub fn missing_columns<'a>(insert: &'a Insert, table: &'a Schema) -> impl Iterator<Item = &'a str> {
    let names = table.fields().iter().filter(|field| !field.is_nullable());
    names
        .map(|field| field.name().as_str())
        .filter(|name| insert.batch().schema_ref().column_with_name(name).is_none())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
    use arrow_schema::{DataType, Field};

    use super::*;
    use crate::identifier::Identifier;

    fn table() -> Schema {
        Schema::new(vec![
            Field::new("a", DataType::Int64, false),
            Field::new("b", DataType::Float64, true),
            Field::new("c", DataType::Float64, false),
        ])
    }

    fn positions(columns: Vec<(&str, ArrayRef)>) -> Result<Vec<Option<usize>>> {
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, array)| (name, array, true)),
        )
        .unwrap();
        column_positions(&Insert::new(Identifier::from_static("t"), batch), &table())
    }

    fn ints() -> ArrayRef {
        Arc::new(Int64Array::from(vec![1]))
    }

    fn null_float() -> ArrayRef {
        Arc::new(Float64Array::from(vec![None]))
    }

    #[test]
    fn columns_are_found_by_name_and_may_be_missing() {
        let order = positions(vec![("b", null_float()), ("a", ints())]).unwrap();
        assert_eq!(order, [Some(1), Some(0), None]);
    }

    #[test]
    fn a_missing_column_must_have_a_default() {
        let batch = RecordBatch::try_from_iter([("a", ints())]).unwrap();
        let insert = Insert::new(Identifier::from_static("t"), batch);
        assert_eq!(missing_columns(&insert, &table()).collect::<Vec<_>>(), ["c"]);
        check_missing_columns(&insert, &table(), &StringArray::from(vec!["a", "b"])).unwrap();
        let error =
            check_missing_columns(&insert, &table(), &StringArray::from(vec!["a", "b", "c"]));
        let error = error.unwrap_err().to_string();
        assert!(error.contains("insert into t") && error.contains("column c"), "{error}");
    }

    #[test]
    fn each_mismatch_names_column_and_table() {
        for (columns, reason) in [
            (vec![("x", ints())], "only a, b, c"),
            (vec![("b", ints())], "takes Float64, the batch has Int64"),
            (vec![("c", null_float())], "1 rows are NULL"),
            (vec![("a", ints()), ("a", ints())], "twice"),
        ] {
            let column = columns[0].0;
            let error = positions(columns).unwrap_err().to_string();
            assert!(error.contains(&format!("column {column} of the insert into t")), "{error}");
            assert!(error.contains(reason), "{error}");
        }
    }
}
