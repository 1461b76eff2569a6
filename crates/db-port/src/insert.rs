use std::borrow::Cow;
use std::time::Duration;

use arrow_array::{Array, RecordBatch};
use arrow_schema::Schema;

use crate::settings::Settings;
use crate::{DbError, Identifier, Result, Setting};

/// A batch of rows to store in a table.
///
/// One insert is one unit of acknowledgement: it is stored as a whole, provided that it has at
/// most [`Insert::MAX_ATOMIC_ROWS`] rows and touches one partition of its table.
#[derive(Debug, Clone)]
pub struct Insert {
    table: Identifier,
    batch: RecordBatch,
    deduplication_token: Option<String>,
    idempotent: bool,
    settings: Settings,
    timeout: Option<Duration>,
}

impl Insert {
    /// The largest batch, in rows, that every adapter stores as one block.
    pub const MAX_ATOMIC_ROWS: usize = 100_000;

    /// Stores `batch` in `table` of the executor's database.
    #[must_use]
    pub const fn new(table: Identifier, batch: RecordBatch) -> Self {
        Self {
            table,
            batch,
            deduplication_token: None,
            idempotent: false,
            settings: Settings::NONE,
            timeout: None,
        }
    }

    /// Names this insert, so that a table that honours tokens stores it once however often it is
    /// sent. Adapters add the content to the name: the same name with other rows is another insert
    /// and is stored. Without a name the content stands for itself.
    #[must_use]
    pub fn with_deduplication_token(mut self, token: impl Into<String>) -> Self {
        self.deduplication_token = Some(token.into());
        self
    }

    /// Promises that storing the rows twice leaves what storing them once leaves, as in a table that
    /// keeps one row of each identity, so that an adapter may send them again after a failure whose
    /// outcome it does not know.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Sets a setting of the engine for this insert only.
    #[must_use]
    pub fn with_setting(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl ToString,
    ) -> Self {
        self.settings.push(name.into(), value.to_string());
        self
    }

    /// Gives up after this long.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The table.
    #[must_use]
    pub const fn table(&self) -> &Identifier {
        &self.table
    }

    /// The rows.
    #[must_use]
    pub const fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// The name of the content, if it has one.
    #[must_use]
    pub fn deduplication_token(&self) -> Option<&str> {
        self.deduplication_token.as_deref()
    }

    /// Whether the caller called [`Insert::idempotent`].
    #[must_use]
    pub const fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// The time limit, if there is one.
    #[must_use]
    pub const fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// The settings with checked names.
    ///
    /// # Errors
    /// [`DbError::InvalidInput`](crate::DbError::InvalidInput) when a name is not an
    /// [`Identifier`].
    pub fn settings(&self) -> Result<Vec<Setting>> {
        self.settings.checked()
    }
}

/// What an acknowledged insert did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InsertSummary {
    /// Rows sent and acknowledged. A row whose block the table already knew by its token counts.
    pub rows: u64,
}

impl InsertSummary {
    /// A summary of `rows` acknowledged rows.
    #[must_use]
    pub const fn new(rows: u64) -> Self {
        Self { rows }
    }
}

impl Insert {
    /// The positions of the batch's columns in the order of `table`, the columns of the target
    /// table as a query returns them; `None` where the batch lacks one. For adapters.
    ///
    /// # Errors
    /// [`DbError::InvalidInput`](crate::DbError::InvalidInput) that names the first column the
    /// table does not know, that is there twice, that has another type, or that holds `NULL`
    /// where the table takes none.
    pub fn arrange_for(&self, table: &Schema) -> Result<Vec<Option<usize>>> {
        let refuse = |column: &str, reason: String| {
            let what = format!("column {column} of the insert into {}", self.table);
            Err(DbError::InvalidInput { what, reason })
        };
        let mut order = vec![None; table.fields().len()];
        for (position, field) in self.batch.schema_ref().fields().iter().enumerate() {
            let name = field.name().as_str();
            let Some((place, wanted)) = table.column_with_name(name) else {
                let known: Vec<_> = table.fields().iter().map(|f| f.name().as_str()).collect();
                return refuse(name, format!("the table has only {}", known.join(", ")));
            };
            if order[place].replace(position).is_some() {
                return refuse(name, "it is there twice".into());
            }
            if wanted.data_type() != field.data_type() {
                let (wanted, found) = (wanted.data_type(), field.data_type());
                return refuse(name, format!("the table takes {wanted}, the batch has {found}"));
            }
            let nulls = self.batch.column(position).null_count();
            if nulls > 0 && !wanted.is_nullable() {
                return refuse(name, format!("{nulls} rows are NULL and the column takes none"));
            }
        }
        Ok(order)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, Int64Array};
    use arrow_schema::{DataType, Field};

    use super::*;

    fn table() -> Schema {
        Schema::new(vec![
            Field::new("a", DataType::Int64, false),
            Field::new("b", DataType::Float64, true),
            Field::new("c", DataType::Float64, false),
        ])
    }

    fn arrange(columns: Vec<(&str, ArrayRef)>) -> Result<Vec<Option<usize>>> {
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, array)| (name, array, true)),
        )
        .unwrap();
        Insert::new(Identifier::from_static("t"), batch).arrange_for(&table())
    }

    fn ints() -> ArrayRef {
        Arc::new(Int64Array::from(vec![1]))
    }

    fn null_float() -> ArrayRef {
        Arc::new(Float64Array::from(vec![None]))
    }

    #[test]
    fn columns_are_found_by_name_and_may_be_missing() {
        let order = arrange(vec![("b", null_float()), ("a", ints())]).unwrap();
        assert_eq!(order, [Some(1), Some(0), None]);
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
            let error = arrange(columns).unwrap_err().to_string();
            assert!(error.contains(&format!("column {column} of the insert into t")), "{error}");
            assert!(error.contains(reason), "{error}");
        }
    }
}
