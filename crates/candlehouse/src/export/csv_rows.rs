use std::io::{self, Write};

use arrow_array::{Float64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use candle_repository::Timestamp;
use csv::Writer;
use db_port::column;

use super::Result;
use super::schema::{NAMES, NUMBERS, OPEN_TIME, schema};
use crate::output::{io_cause, iso8601};

/// Writes the header.
pub(super) fn write_header<W: Write>(writer: &mut Writer<W>) -> io::Result<()> {
    let schema = schema();
    writer.write_record(schema.fields().iter().map(|field| field.name())).map_err(io_cause)
}

/// The rows of a batch of the export's schema as CSV. Numbers have the fewest digits that read
/// back as the same number.
pub(super) struct CsvRows<'a> {
    names: [&'a StringArray; NAMES.len()],
    times: Vec<String>,
    numbers: [&'a Float64Array; NUMBERS.len()],
}

impl<'a> CsvRows<'a> {
    pub(super) fn of(batch: &'a RecordBatch) -> Result<Self> {
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

    pub(super) fn write<W: Write>(&self, writer: &mut Writer<W>) -> io::Result<()> {
        for (row, time) in self.times.iter().enumerate() {
            for names in self.names {
                writer.write_field(names.value(row)).map_err(io_cause)?;
            }
            writer.write_field(time).map_err(io_cause)?;
            for numbers in self.numbers {
                writer.write_field(numbers.value(row).to_string()).map_err(io_cause)?;
            }
            writer.write_record(None::<&[u8]>).map_err(io_cause)?;
        }
        Ok(())
    }
}
