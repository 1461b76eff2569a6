//! Candles as rows of CSV.

use std::io::{self, Write};

use arrow_array::{Float64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use arrow_schema::{FieldRef, Schema};
use chrono::SecondsFormat;
use csv::{ErrorKind, Writer};
use market_model::{Digits, Timestamp};

use super::error::Result;
use super::schema::{NUMBERS, OPEN_TIME, column};

/// Writes the header.
pub(crate) fn write_header<W: Write>(schema: &Schema, writer: &mut Writer<W>) -> io::Result<()> {
    writer.write_record(schema.fields().iter().map(|field| field.name())).map_err(io_cause)
}

/// The rows of a batch of an export as CSV. Numbers have the fewest digits that read back as the
/// same number.
pub(crate) struct CsvRows<'a> {
    columns: Vec<Values<'a>>,
    rows: usize,
}

enum Values<'a> {
    Texts(&'a StringArray),
    Times(Vec<String>),
    Numbers(&'a Float64Array),
}

impl<'a> CsvRows<'a> {
    pub(crate) fn of(batch: &'a RecordBatch) -> Result<Self> {
        let schema = batch.schema_ref();
        let values = |field: &'a FieldRef| Values::of(batch, field.name());
        let columns = schema.fields().iter().map(values).collect::<Result<_>>()?;
        Ok(Self { columns, rows: batch.num_rows() })
    }

    pub(crate) fn write<W: Write>(&self, writer: &mut Writer<W>) -> io::Result<()> {
        for row in 0..self.rows {
            for column in &self.columns {
                match column {
                    Values::Texts(texts) => writer.write_field(texts.value(row)),
                    Values::Times(times) => writer.write_field(&times[row]),
                    Values::Numbers(numbers) => {
                        writer.write_field(Digits(numbers.value(row)).to_string())
                    }
                }
                .map_err(io_cause)?;
            }
            writer.write_record(None::<&[u8]>).map_err(io_cause)?;
        }
        Ok(())
    }
}

impl<'a> Values<'a> {
    fn of(batch: &'a RecordBatch, name: &str) -> Result<Self> {
        if NUMBERS.contains(&name) {
            return Ok(Self::Numbers(column(batch, name)?));
        }
        if name != OPEN_TIME {
            return Ok(Self::Texts(column(batch, name)?));
        }
        let times = column::<TimestampMillisecondArray>(batch, name)?.values().iter();
        let texts = times.map(|millis| Ok(iso8601(Timestamp::from_millis(*millis)?)));
        Ok(Self::Times(texts.collect::<Result<_>>()?))
    }
}

/// `time` with the time of day and `Z`.
fn iso8601(time: Timestamp) -> String {
    time.to_datetime().to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// What went wrong below the CSV writer; the kind of an input or output error is kept.
fn io_cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        ErrorKind::Io(source) => source,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
