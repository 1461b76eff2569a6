//! The columns of a schema as a header has them.

use arrow_schema::{DataType, Schema};

/// How pandas calls an index without a name.
const UNNAMED_INDEX: &str = "__index_level_";

/// Each column's name, and its place in the schema. An index of times that pandas has stored without
/// a name comes first and has none, as in the CSV file that pandas would write.
pub(super) fn of(schema: &Schema) -> Vec<(String, usize)> {
    let mut columns: Vec<(String, usize)> =
        schema.fields().iter().map(|field| field.name().clone()).zip(0..).collect();
    let is_unnamed_time = |(name, place): &(String, usize)| {
        let data_type = schema.field(*place).data_type();
        let is_time =
            matches!(data_type, DataType::Timestamp(..) | DataType::Date32 | DataType::Date64);
        name.starts_with(UNNAMED_INDEX) && is_time
    };
    if let Some(index) = columns.iter().position(is_unnamed_time) {
        let (_, place) = columns.remove(index);
        columns.insert(0, (String::new(), place));
    }
    columns
}
