use std::sync::{Arc, LazyLock};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use candle_repository::SeriesKey;
use db_port::{DbError, column};

use super::{ExportError, Result};

pub(super) const NAMES: [&str; 3] = ["exchange", "symbol", "interval"];
pub(super) const OPEN_TIME: &str = "open_time";
pub(super) const NUMBERS: [&str; 5] = ["open", "high", "low", "close", "volume"];

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let time = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    let names = NAMES.iter().map(|name| (*name, DataType::Utf8));
    let numbers = NUMBERS.iter().map(|name| (*name, DataType::Float64));
    let columns = names.chain([(OPEN_TIME, time)]).chain(numbers);
    let fields = columns.map(|(name, data_type)| Field::new(name, data_type, false));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
});

/// The columns of every export.
pub(super) fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// The candles of one series in `batch` as rows of an export: with the names of the series.
///
/// # Errors
/// [`ExportError::Columns`] when a column of candles is missing or of another type.
pub(crate) fn with_names(series: &SeriesKey, batch: &RecordBatch) -> Result<RecordBatch> {
    let repeated = |text: &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, batch.num_rows())))
    };
    let interval = series.interval().to_string();
    let names = NAMES.into_iter().zip([series.exchange(), series.symbol(), &interval]);
    let columns = names.map(|(name, text)| (name, repeated(text)));
    let candles = batch.schema();
    let candles = candles.fields().iter().zip(batch.columns());
    let named = candles.map(|(field, column)| (field.name().as_str(), Arc::clone(column)));
    RecordBatch::try_from_iter(columns.chain(named))
        .map_err(|source| ExportError::Batch { source })
        .and_then(|batch| conform(&batch))
}

/// The columns of an export out of `batch`, in their order; further columns are left out.
pub(super) fn conform(batch: &RecordBatch) -> Result<RecordBatch> {
    for name in NAMES {
        column::<StringArray>(batch, name)?;
    }
    for name in NUMBERS {
        column::<Float64Array>(batch, name)?;
    }
    let times = column::<TimestampMillisecondArray>(batch, OPEN_TIME)?;
    if times.timezone() != Some("UTC") {
        return Err(DbError::UnexpectedResult {
            expected: format!("column {OPEN_TIME} in UTC"),
            found: format!("time zone {}", times.timezone().unwrap_or("none")),
        }
        .into());
    }
    let columns = schema()
        .fields()
        .iter()
        .filter_map(|field| batch.column_by_name(field.name()).map(Arc::clone))
        .collect();
    RecordBatch::try_new(schema(), columns).map_err(|source| ExportError::Batch { source })
}
