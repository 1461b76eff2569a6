//! Rows into text, as they come.

use std::io::{self, Write};

use super::cell::Cell;
use super::column::Column;
use super::csv;
use super::format::Format;
use super::json::Json;
use super::kept_rows::KeptRows;
use super::table;

/// Turns rows into one of the formats. JSON and CSV are written row by row and keep none; a table
/// needs its rows to be as wide as they are, and so keeps some.
#[derive(Debug)]
pub(super) struct Encoder<const N: usize> {
    columns: [Column; N],
    state: State<N>,
}

#[derive(Debug)]
enum State<const N: usize> {
    Table(KeptRows<N>),
    Json(Json),
    Csv,
}

impl<const N: usize> Encoder<N> {
    /// Begins without rows.
    pub(super) fn begin(
        columns: [Column; N],
        format: Format,
        out: &mut dyn Write,
    ) -> io::Result<Self> {
        let state = match format {
            Format::Table => State::Table(KeptRows::default()),
            Format::Json => State::Json(Json::array()),
            Format::Jsonl => State::Json(Json::lines()),
            Format::Csv => {
                csv::write_header(&columns, out)?;
                State::Csv
            }
        };
        Ok(Self { columns, state })
    }

    /// Adds rows.
    pub(super) fn write(
        &mut self,
        rows: impl Iterator<Item = [Cell; N]>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match &mut self.state {
            State::Table(kept) => rows.for_each(|row| kept.push(row)),
            State::Json(json) => {
                for row in rows {
                    json.write(&self.columns, &row, out)?;
                }
            }
            State::Csv => csv::write_rows(&self.columns, rows, out)?,
        }
        Ok(())
    }

    /// Ends after the last row. A table keeps within `width` by wrapping text, if there is a width.
    pub(super) fn end(self, width: Option<u16>, out: &mut dyn Write) -> io::Result<()> {
        match self.state {
            State::Table(kept) => table::write(&self.columns, &kept, width, out),
            State::Json(json) => json.end(out),
            State::Csv => Ok(()),
        }
    }
}
