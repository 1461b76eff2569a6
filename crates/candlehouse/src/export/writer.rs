use arrow_array::RecordBatch;

use super::destination::Destination;
use super::encoder::Encoder;
use super::schema::conform;
use super::{Existing, ExportError, ExportFormat, Result, Target};

/// Writes candles to a file that appears, whole, when [`ExportWriter::finish`] returns; dropped
/// before that, it leaves nothing behind.
pub(crate) struct ExportWriter {
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
    pub(crate) fn create(
        target: &Target,
        format: ExportFormat,
        existing: Existing,
    ) -> Result<Self> {
        if *target == Target::Stdout && format != ExportFormat::Csv {
            return Err(ExportError::BinaryToStdout { format: format.name() });
        }
        let destination = Destination::open(target, existing)?;
        let target = destination.name();
        Ok(Self { encoder: Encoder::start(format, destination)?, target, rows: 0 })
    }

    /// Writes rows with the columns `exchange`, `symbol`, `interval`, `open_time`, `open`, `high`,
    /// `low`, `close` and `volume`; other columns are left out.
    ///
    /// # Errors
    /// [`ExportError::Columns`] when one is missing, of another type or `NULL`;
    /// [`ExportError::Write`] when the rows cannot be written.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.encoder.write(&conform(batch)?, &self.target)?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// Completes the file, gives it its name and returns the number of rows.
    ///
    /// # Errors
    /// [`ExportError::Write`]; [`ExportError::Exists`] when a file that is to be kept came up in
    /// the meantime.
    pub(crate) fn finish(self) -> Result<u64> {
        self.encoder.finish(&self.target)?.commit()?;
        Ok(self.rows)
    }
}
