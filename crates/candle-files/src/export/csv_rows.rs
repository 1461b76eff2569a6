//! Candles as rows of CSV.

use std::io::{self, Write};

use arrow_array::{Float64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use chrono::SecondsFormat;
use csv::{ErrorKind, Writer};
use market_model::{Digits, Timestamp};

use super::error::Result;
use super::schema::{NAMES, NUMBERS, OPEN_TIME, column, schema};

/// Writes the header.
pub(crate) fn write_header<W: Write>(writer: &mut Writer<W>) -> io::Result<()> {
    let schema = schema();
    writer.write_record(schema.fields().iter().map(|field| field.name())).map_err(io_cause)
}

/// The rows of a batch of the export's schema as CSV. Numbers have the fewest digits that read
/// back as the same number.
pub(crate) struct CsvRows<'a> {
    names: [&'a StringArray; NAMES.len()],
    times: Vec<String>,
    numbers: [&'a Float64Array; NUMBERS.len()],
}

impl<'a> CsvRows<'a> {
    pub(crate) fn of(batch: &'a RecordBatch) -> Result<Self> {
        let [exchange, symbol, interval] = NAMES;
        let [open, high, low, close, volume] = NUMBERS;
        let numbers = |name| column::<Float64Array>(batch, name);
        let times = column::<TimestampMillisecondArray>(batch, OPEN_TIME)?;
        Ok(Self {
            names: [column(batch, exchange)?, column(batch, symbol)?, column(batch, interval)?],
            times: times
                .values()
                .iter()
                .map(|millis| Ok(iso8601(Timestamp::from_millis(*millis)?)))
                .collect::<Result<_>>()?,
            numbers: [
                numbers(open)?,
                numbers(high)?,
                numbers(low)?,
                numbers(close)?,
                numbers(volume)?,
            ],
        })
    }

    pub(crate) fn write<W: Write>(&self, writer: &mut Writer<W>) -> io::Result<()> {
        for (row, time) in self.times.iter().enumerate() {
            for names in self.names {
                writer.write_field(names.value(row)).map_err(io_cause)?;
            }
            writer.write_field(time).map_err(io_cause)?;
            for numbers in self.numbers {
                writer.write_field(Digits(numbers.value(row)).to_string()).map_err(io_cause)?;
            }
            writer.write_record(None::<&[u8]>).map_err(io_cause)?;
        }
        Ok(())
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
