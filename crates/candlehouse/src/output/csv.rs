//! A report as CSV.

use std::io::{self, Write};

use ::csv::{ErrorKind, Writer};
use market_model::Digits;

use super::cell::Cell;
use super::time::iso8601;

/// Writes the names of the columns.
pub(super) fn write_header(
    names: impl Iterator<Item = &'static str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = Writer::from_writer(out);
    writer.write_record(names).map_err(io_cause)?;
    writer.flush()
}

/// Writes the cells of rows at `places`, quoted as RFC 4180 says; a line ends with `\n`.
pub(super) fn write_rows<const N: usize>(
    places: &[usize],
    rows: impl Iterator<Item = [Cell; N]>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = Writer::from_writer(out);
    for row in rows {
        let cells = places.iter().map(|place| field(&row[*place]));
        writer.write_record(cells).map_err(io_cause)?;
    }
    writer.flush()
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Float(number) => Digits(*number).to_string(),
        Cell::Int(number) => number.to_string(),
        Cell::UInt(number) => number.to_string(),
        Cell::Time(time) => iso8601(*time),
        Cell::Null => String::new(),
    }
}

/// What went wrong below the CSV writer; the kind of an input or output error is kept.
fn io_cause(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ErrorKind::Io(source) => source,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::format::Format;
    use super::super::report::samples;

    #[test]
    fn csv_quotes_text_and_keeps_every_digit() {
        let mut out = Vec::new();
        samples::candles().write(&Format::Csv.into(), Some(20), &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "symbol,open_time,close,volume,trades\n\
             AAPL,2024-01-02T09:30:00Z,185.64,82488700,1009074\n\
             \"BTC,\"\"perp\"\"\n\u{1b}[31m\",2024-01-03T00:00:00Z,0.00000001,1234.5,-12\n\
             ,2024-01-03T00:01:00Z,,999,\n"
        );
    }
}
