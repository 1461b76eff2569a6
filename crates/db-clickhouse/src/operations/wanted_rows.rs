//! Rows that are looked for, by their content.

use std::collections::HashMap;

use arrow_array::RecordBatch;
use arrow_row::{RowConverter, SortField};
use arrow_schema::ArrowError;

/// Rows by their content, with how often each is still looked for.
pub(super) struct WantedRows {
    converter: RowConverter,
    wanted: HashMap<Box<[u8]>, u64>,
}

impl WantedRows {
    pub(super) fn of(batch: &RecordBatch) -> Result<Self, ArrowError> {
        let types =
            batch.schema_ref().fields().iter().map(|f| SortField::new(f.data_type().clone()));
        let mut rows =
            Self { converter: RowConverter::new(types.collect())?, wanted: HashMap::new() };
        for row in &rows.converter.convert_columns(batch.columns())? {
            *rows.wanted.entry(row.as_ref().into()).or_default() += 1;
        }
        Ok(rows)
    }

    /// How many of the rows looked for are in `batch`; they are not looked for any more.
    pub(super) fn take(&mut self, batch: &RecordBatch) -> Result<u64, ArrowError> {
        let mut found = 0;
        for row in &self.converter.convert_columns(batch.columns())? {
            if let Some(left) = self.wanted.get_mut(row.as_ref()).filter(|left| **left > 0) {
                *left -= 1;
                found += 1;
            }
        }
        Ok(found)
    }
}
