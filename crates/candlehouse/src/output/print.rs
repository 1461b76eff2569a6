//! A report in any of the formats.

use std::io::Write;

use super::error::Result;
use super::format::Format;
use super::report::Report;
use super::{csv, json, stdout, table};

impl<const N: usize> Report<N> {
    /// Writes the report. A table keeps within `width` by wrapping text, if there is a width;
    /// JSON and CSV ignore it.
    ///
    /// # Errors
    /// [`OutputError::Write`](super::error::OutputError::Write) when `out` fails.
    pub(crate) fn write(
        &self,
        format: Format,
        width: Option<u16>,
        out: &mut dyn Write,
    ) -> Result<()> {
        match format {
            Format::Table => table::write(self, width, out)?,
            Format::Json => json::write(self, out)?,
            Format::Csv => csv::write(self, out)?,
        }
        Ok(())
    }

    /// Writes the report to standard output, as wide as the terminal if it is one.
    ///
    /// # Errors
    /// As [`Report::write`]; a reader that went away is none.
    pub(crate) fn print(&self, format: Format) -> Result<()> {
        stdout::to_stdout(|out| self.write(format, stdout::terminal_width(), out))
    }
}
