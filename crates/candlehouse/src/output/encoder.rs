//! Rows into text, as they come.

use std::io::{self, Write};

use super::cell::Cell;
use super::column::Column;
use super::csv;
use super::error::Result;
use super::form::Form;
use super::format::Format;
use super::json::Json;
use super::kept_rows::KeptRows;
use super::table;

/// Turns rows into one of the formats. JSON and CSV are written row by row and keep none; a table
/// needs its rows to be as wide as they are, and so keeps some.
#[derive(Debug)]
pub(super) struct Encoder<const N: usize> {
    columns: [Column; N],
    /// The places of those that are printed, in order.
    places: Vec<usize>,
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
    ///
    /// # Errors
    /// `out` fails, or columns were asked for that are not there.
    pub(super) fn begin(columns: [Column; N], form: &Form, out: &mut dyn Write) -> Result<Self> {
        let places = form.places(&columns)?;
        let state = match form.format {
            Format::Table => State::Table(KeptRows::default()),
            Format::Json => State::Json(Json::array()),
            Format::Jsonl => State::Json(Json::lines()),
            Format::Csv => {
                csv::write_header(places.iter().map(|place| columns[*place].name), out)?;
                State::Csv
            }
        };
        Ok(Self { columns, places, state })
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
                    let cells =
                        self.places.iter().map(|place| (self.columns[*place].name, &row[*place]));
                    json.write(cells, out)?;
                }
            }
            State::Csv => csv::write_rows(&self.places, rows, out)?,
        }
        Ok(())
    }

    /// Ends after the last row. A table keeps within `width` by wrapping text, if there is a width.
    pub(super) fn end(self, width: Option<u16>, out: &mut dyn Write) -> io::Result<()> {
        match self.state {
            State::Table(kept) => table::write(&self.columns, &self.places, &kept, width, out),
            State::Json(json) => json.end(out),
            State::Csv => Ok(()),
        }
    }
}
