//! Columns that grow as batches come.

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, make_array, new_empty_array};
use arrow_schema::{ArrowError, DataType, Field, SchemaRef};
use arrow_select::concat::concat;

use crate::huge_pages::HugePages;

/// The columns of a long answer.
pub(crate) struct GrowingColumns {
    schema: SchemaRef,
    columns: Vec<Column>,
    rows: usize,
}

enum Column {
    /// The values, of which each has so many bytes and none is `NULL`.
    Values { width: usize, values: HugePages },
    /// The arrays as they came.
    Arrays(Vec<ArrayRef>),
}

impl GrowingColumns {
    pub(crate) fn new(schema: SchemaRef) -> Self {
        let columns = schema.fields().iter().map(|field| Column::new(field)).collect();
        Self { schema, columns, rows: 0 }
    }

    pub(crate) fn append(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        if batch.num_columns() != self.columns.len() {
            let (wanted, found) = (self.columns.len(), batch.num_columns());
            let reason = format!("{found} columns in place of {wanted}");
            return Err(ArrowError::SchemaError(reason));
        }
        for ((column, field), array) in
            self.columns.iter_mut().zip(self.schema.fields()).zip(batch.columns())
        {
            column.append(field, array)?;
        }
        self.rows += batch.num_rows();
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<RecordBatch, ArrowError> {
        let columns = self.columns.into_iter().zip(self.schema.fields());
        let columns = columns.map(|(column, field)| column.finish(field.data_type(), self.rows));
        let columns = columns.collect::<Result<_, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        RecordBatch::try_new_with_options(self.schema, columns, &options)
    }
}

impl Column {
    fn new(field: &Field) -> Self {
        match field.data_type().primitive_width() {
            Some(width) if !field.is_nullable() => {
                Self::Values { width, values: HugePages::default() }
            }
            _ => Self::Arrays(Vec::new()),
        }
    }

    fn append(&mut self, field: &Field, array: &ArrayRef) -> Result<(), ArrowError> {
        if array.data_type() != field.data_type() || !field.is_nullable() && array.null_count() > 0
        {
            let (name, wanted) = (field.name(), field.data_type());
            let (found, nulls) = (array.data_type(), array.null_count());
            return Err(ArrowError::SchemaError(format!(
                "column {name} of {wanted} goes on with {found} and {nulls} NULL"
            )));
        }
        match self {
            Self::Values { width, values } => {
                let data = array.to_data();
                let bytes = &data.buffers()[0].as_slice()[data.offset() * *width..];
                values.append(&bytes[..data.len() * *width]).map_err(ArrowError::from)
            }
            Self::Arrays(arrays) => {
                arrays.push(ArrayRef::clone(array));
                Ok(())
            }
        }
    }

    fn finish(self, data_type: &DataType, rows: usize) -> Result<ArrayRef, ArrowError> {
        match self {
            Self::Values { values, .. } => {
                let column = new_empty_array(data_type).to_data().into_builder();
                let column = column.len(rows).buffers(vec![values.finish().into()]);
                column.build().map(make_array)
            }
            Self::Arrays(arrays) => concat(&arrays.iter().map(AsRef::as_ref).collect::<Vec<_>>()),
        }
    }
}
