//! All batches of an answer in one.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use arrow_select::concat::concat_batches;
use futures_util::TryStreamExt;

use crate::error::{DbError, Result};
use crate::growing_columns::GrowingColumns;
use crate::stream::RecordStream;

/// So many rows are kept as they came and put together at the end; from here on a column of 8-byte
/// values fills a huge page.
const FEW: usize = 1 << 18;

/// All rows of an answer. Those of a long one are copied as they come, while the database works, so
/// that its batches are not kept: 2 million candles take 60 ms less of 140.
pub(crate) async fn collect(mut stream: RecordStream) -> Result<RecordBatch> {
    let schema = Arc::clone(stream.schema());
    let mut few = Vec::new();
    let mut rows = 0;
    while rows < FEW {
        let Some(batch) = stream.try_next().await? else {
            return concat_batches(&schema, &few).map_err(unlike);
        };
        rows += batch.num_rows();
        few.push(batch);
    }
    let mut columns = GrowingColumns::new(schema);
    for batch in few {
        columns.append(&batch).map_err(unlike)?;
    }
    while let Some(batch) = stream.try_next().await? {
        columns.append(&batch).map_err(unlike)?;
    }
    columns.finish().map_err(unlike)
}

fn unlike(error: ArrowError) -> DbError {
    DbError::UnexpectedResult { expected: "batches of one schema".into(), found: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::sync::Weak;

    use arrow_array::builder::StringDictionaryBuilder;
    use arrow_array::types::Int32Type;
    use arrow_array::{
        Array, ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, StringArray,
        TimestampMillisecondArray,
    };
    use arrow_schema::{DataType, Field, Schema, SchemaRef};
    use futures_util::{StreamExt, stream};

    use super::*;

    fn of(batches: Vec<RecordBatch>) -> RecordStream {
        RecordStream::new(batches[0].schema(), stream::iter(batches).map(Ok))
    }

    fn floats(rows: usize) -> ArrayRef {
        Arc::new(Float64Array::from(vec![1.0; rows]))
    }

    /// Columns of every kind, all different, where some have `NULL`.
    fn batch(first: usize, rows: usize) -> RecordBatch {
        let numbers = || first..first + rows;
        let texts = || numbers().map(|n| (n % 7 != 0).then(|| "x".repeat(n % 5)));
        let mut words = StringDictionaryBuilder::<Int32Type>::new();
        words.extend(numbers().map(|n| Some(["a", "b", "c"][n % 3])));
        let columns: [(&str, ArrayRef, bool); 7] = [
            ("float", Arc::new(Float64Array::from_iter_values(numbers().map(|n| n as f64))), false),
            (
                "time",
                Arc::new(
                    TimestampMillisecondArray::from_iter_values(numbers().map(|n| n as i64))
                        .with_timezone("UTC"),
                ),
                false,
            ),
            (
                "decimal",
                Arc::new(Decimal128Array::from_iter_values(numbers().map(|n| n as i128))),
                false,
            ),
            (
                "nullable",
                Arc::new(Int64Array::from_iter(numbers().map(|n| (n % 3 > 0).then_some(n as i64)))),
                true,
            ),
            ("bool", Arc::new(BooleanArray::from_iter(numbers().map(|n| Some(n % 2 == 0)))), false),
            ("text", Arc::new(StringArray::from_iter(texts())), true),
            ("word", Arc::new(words.finish()), false),
        ];
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    }

    #[tokio::test]
    async fn the_rows_of_a_long_answer_are_those_of_its_batches_put_together() {
        // Cut out of larger ones, without rows, and of many sizes.
        let mut batches = vec![batch(0, 0), batch(0, 50_000).slice(5, 49_990), batch(9, 0)];
        batches.extend([1, 8_191, 65_409, 3].map(|rows| batch(rows, rows)));
        batches.extend((0..4).map(|n| batch(n, 50_003).slice(n, 50_000)));
        let whole = concat_batches(&batches[0].schema(), &batches).unwrap();
        assert!(whole.num_rows() > FEW);
        assert_eq!(collect(of(batches)).await.unwrap(), whole);
    }

    #[tokio::test]
    async fn an_answer_of_one_batch_is_not_copied() {
        let batch = batch(0, FEW - 1);
        let memory = |batch: &RecordBatch| batch.column(0).to_data().buffers()[0].as_ptr();
        assert_eq!(memory(&collect(of(vec![batch.clone()])).await.unwrap()), memory(&batch));
    }

    #[tokio::test]
    async fn the_batches_of_a_long_answer_are_let_go_as_they_come() {
        let rows = FEW / 4;
        let schema = RecordBatch::try_from_iter([("a", floats(0))]).unwrap().schema();
        let mut alive: Vec<Weak<dyn Array>> = Vec::new();
        let made = {
            let schema = Arc::clone(&schema);
            stream::iter(0..20).map(move |n| {
                let kept = alive.iter().filter(|array| array.strong_count() > 0).count();
                assert!(kept <= 4 && (n < 5 || kept == 0), "{kept} of {n} batches are kept");
                let own = floats(rows);
                alive.push(Arc::downgrade(&own));
                Ok(RecordBatch::try_new(Arc::clone(&schema), vec![own]).unwrap())
            })
        };
        let all = collect(RecordStream::new(schema, made)).await.unwrap();
        assert_eq!(all.num_rows(), 20 * rows);
    }

    #[tokio::test]
    async fn a_long_answer_without_columns_has_rows() {
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(FEW));
        let none: SchemaRef = Arc::new(Schema::empty());
        let batch = RecordBatch::try_new_with_options(none, vec![], &options).unwrap();
        let all = collect(of(vec![batch.clone(), batch])).await.unwrap();
        assert_eq!(all.num_rows(), 2 * FEW);
    }

    #[tokio::test]
    async fn batches_of_another_schema_are_an_error_at_every_length() {
        let ints = |rows: usize| -> ArrayRef { Arc::new(Int64Array::from(vec![1; rows])) };
        let null: ArrayRef = Arc::new(Int64Array::from(vec![None]));
        for rows in [1, FEW] {
            for other in [floats(1), Arc::clone(&null)] {
                let field = Field::new("a", DataType::Int64, false);
                let schema = Arc::new(Schema::new(vec![field]));
                let first = RecordBatch::try_new(schema, vec![ints(rows)]).unwrap();
                let other = RecordBatch::try_from_iter([("a", other)]).unwrap();
                let error = collect(of(vec![first, other])).await.unwrap_err();
                assert!(matches!(error, DbError::UnexpectedResult { .. }), "{error:?}");
            }
        }
    }
}
