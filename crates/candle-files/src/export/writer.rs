//! One export, from its first row to its name.

use arrow_array::RecordBatch;
use market_model::CandleSeries;

use super::destination::{Destination, Existing, Target};
use super::encoder::Encoder;
use super::error::{ExportError, Result};
use super::format::ExportFormat;
use super::schema::{conform, named};

/// Writes candles to a file that appears, whole, when [`ExportWriter::finish`] returns; dropped
/// before that, it leaves nothing behind.
pub struct ExportWriter {
    encoder: Encoder,
    target: String,
    rows: u64,
}

impl ExportWriter {
    /// Begins an export.
    ///
    /// # Errors
    /// [`ExportError`] when the file exists and is to be kept, when it cannot be written, or when
    /// a binary format is to go to standard output.
    pub fn create(target: &Target, format: ExportFormat, existing: Existing) -> Result<Self> {
        if *target == Target::Stdout && format != ExportFormat::Csv {
            return Err(ExportError::BinaryToStdout { format: format.name() });
        }
        let destination = Destination::open(target, existing)?;
        let target = destination.name();
        Ok(Self { encoder: Encoder::start(format, destination)?, target, rows: 0 })
    }

    /// Writes candles of one series. Parts of a series are written one after the other.
    ///
    /// # Errors
    /// [`ExportError::Write`] when they cannot be written.
    pub fn write(&mut self, candles: &CandleSeries) -> Result<()> {
        self.write_rows(&named(candles)?)
    }

    /// Writes rows with the columns `exchange`, `symbol`, `interval`, `open_time`, `open`, `high`,
    /// `low`, `close` and `volume`; other columns are left out.
    ///
    /// # Errors
    /// [`ExportError::Columns`] when one is missing, of another type or `NULL`;
    /// [`ExportError::Write`] when the rows cannot be written.
    pub fn write_batch(&mut self, batch: &RecordBatch) -> Result<()> {
        self.write_rows(&conform(batch)?)
    }

    fn write_rows(&mut self, rows: &RecordBatch) -> Result<()> {
        self.encoder.write(rows, &self.target)?;
        self.rows += rows.num_rows() as u64;
        Ok(())
    }

    /// Completes the file, gives it its name and returns the number of rows.
    ///
    /// # Errors
    /// [`ExportError::Write`]; [`ExportError::Exists`] when a file that is to be kept came up in
    /// the meantime.
    pub fn finish(self) -> Result<u64> {
        self.encoder.finish(&self.target)?.commit()?;
        Ok(self.rows)
    }
}
