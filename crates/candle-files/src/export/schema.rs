//! The columns of every export.

use std::sync::{Arc, LazyLock};

use arrow_array::{
    Array, ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use market_model::CandleSeries;

use super::error::{ExportError, Result};

pub(crate) const NAMES: [&str; 3] = ["exchange", "symbol", "interval"];
pub(crate) const OPEN_TIME: &str = "open_time";
pub(crate) const NUMBERS: [&str; 5] = ["open", "high", "low", "close", "volume"];

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let time = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    let names = NAMES.iter().map(|name| (*name, DataType::Utf8));
    let numbers = NUMBERS.iter().map(|name| (*name, DataType::Float64));
    let columns = names.chain([(OPEN_TIME, time)]).chain(numbers);
    let fields = columns.map(|(name, data_type)| Field::new(name, data_type, false));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
});

/// The columns of every export.
pub(crate) fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// The candles of one series as rows of an export: with the names of the series.
pub(crate) fn named(series: &CandleSeries) -> Result<RecordBatch> {
    let (key, batch) = (series.key(), series.to_batch()?);
    let repeated = |text: &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, batch.num_rows())))
    };
    let interval = key.interval().to_string();
    let names = [key.exchange(), key.symbol(), &interval].map(repeated);
    let columns = names.into_iter().chain(batch.columns().iter().map(Arc::clone));
    RecordBatch::try_new(schema(), columns.collect())
        .map_err(|source| ExportError::Batch { source })
}

/// The columns of an export out of `batch`, in their order; further columns are left out.
pub(crate) fn conform(batch: &RecordBatch) -> Result<RecordBatch> {
    for name in NAMES {
        column::<StringArray>(batch, name)?;
    }
    for name in NUMBERS {
        column::<Float64Array>(batch, name)?;
    }
    let times = column::<TimestampMillisecondArray>(batch, OPEN_TIME)?;
    if times.timezone() != Some("UTC") {
        let found = times.timezone().unwrap_or("none");
        let source =
            format!("column {OPEN_TIME} in UTC is needed, not in time zone {found}").into();
        return Err(ExportError::Columns { source });
    }
    let columns = schema()
        .fields()
        .iter()
        .filter_map(|field| batch.column_by_name(field.name()).map(Arc::clone))
        .collect();
    RecordBatch::try_new(schema(), columns).map_err(|source| ExportError::Batch { source })
}

/// The column `name` of `batch`, without empty values.
pub(crate) fn column<'a, T: Array + 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a T> {
    let wrong = |what: String| ExportError::Columns { source: format!("{name} {what}").into() };
    let column = batch.column_by_name(name).ok_or_else(|| wrong("is missing".into()))?;
    if column.null_count() > 0 {
        return Err(wrong("has empty values".into()));
    }
    let found = || wrong(format!("is of another type: {}", column.data_type()));
    column.as_any().downcast_ref().ok_or_else(found)
}
