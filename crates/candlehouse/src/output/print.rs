//! A report in any of the formats.

use std::io::Write;

use super::encoder::Encoder;
use super::error::Result;
use super::format::Format;
use super::report::Report;
use super::stdout;

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
        let mut encoder = Encoder::begin(self.columns, format, out)?;
        encoder.write(self.rows.iter().cloned(), out)?;
        Ok(encoder.end(width, out)?)
    }

    /// Writes the report to standard output, as wide as the terminal if it is one.
    ///
    /// # Errors
    /// As [`Report::write`]; a reader that went away is none.
    pub(crate) fn print(&self, format: Format) -> Result<()> {
        stdout::to_stdout(|out| self.write(format, stdout::terminal_width(), out))
    }
}
