//! A report in any of the formats.

use std::io::Write;

use super::encoder::Encoder;
use super::error::Result;
use super::form::Form;
use super::report::Report;
use super::stdout;

impl<const N: usize> Report<N> {
    /// Writes the report. A table keeps within `width` by wrapping text, if there is a width;
    /// JSON and CSV ignore it.
    ///
    /// # Errors
    /// [`OutputError::Write`](super::error::OutputError::Write) when `out` fails.
    pub(crate) fn write(&self, form: &Form, width: Option<u16>, out: &mut dyn Write) -> Result<()> {
        let mut encoder = Encoder::begin(self.columns, form, out)?;
        encoder.write(self.rows.iter().cloned(), out)?;
        Ok(encoder.end(width, out)?)
    }

    /// Writes the report to standard output, as wide as the terminal if it is one.
    ///
    /// # Errors
    /// As [`Report::write`]; a reader that went away is none.
    pub(crate) fn print(&self, form: impl Into<Form>) -> Result<()> {
        let form = form.into();
        stdout::to_stdout(|out| self.write(&form, stdout::terminal_width(), out))
    }
}
