//! One export, from its first row to its name.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use arrow_select::coalesce::BatchCoalescer;
use market_model::CandleSeries;

use super::destination::{Destination, Existing, Target};
use super::encoder::Encoder;
use super::error::{ExportError, Result};
use super::format::ExportFormat;
use super::options::ExportOptions;
use super::schema::{conform, named, schema};

/// Writes candles to a file that appears, whole, when [`ExportWriter::finish`] returns; dropped
/// before that, it leaves nothing behind. The same candles are the same bytes.
pub struct ExportWriter {
    encoder: Encoder,
    places: Vec<usize>,
    regrouped: Option<BatchCoalescer>,
    target: String,
    rows: u64,
}

impl ExportWriter {
    /// Begins an export, written as an [`ExportFormat`] or as [`ExportOptions`] say.
    ///
    /// # Errors
    /// [`ExportError`] when the options do not fit the format or the name of the file, when the
    /// file exists and is to be kept, when it cannot be written, or when a binary format is to go
    /// to standard output.
    pub fn create(
        target: &Target,
        options: impl Into<ExportOptions>,
        existing: Existing,
    ) -> Result<Self> {
        let options = options.into();
        let (format, compression) = (options.format, options.compression_of(target)?);
        let places = options.places()?;
        if *target == Target::Stdout && format != ExportFormat::Csv {
            return Err(ExportError::BinaryToStdout { format: format.name() });
        }
        let destination = Destination::open(target, existing)?;
        let target = destination.name();
        let schema = Arc::new(schema().project(&places).map_err(batch_failed)?);
        let encoder = Encoder::start(format, compression, &schema, destination)?;
        let regrouped =
            (format != ExportFormat::Csv).then(|| BatchCoalescer::new(schema, BATCH_ROWS));
        Ok(Self { encoder, places, regrouped, target, rows: 0 })
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
        let chosen = rows.project(&self.places).map_err(batch_failed)?;
        self.rows += chosen.num_rows() as u64;
        match &mut self.regrouped {
            None => self.encoder.write(&chosen, &self.target),
            Some(regrouped) => {
                regrouped.push_batch(chosen).map_err(batch_failed)?;
                self.write_regrouped()
            }
        }
    }

    fn write_regrouped(&mut self) -> Result<()> {
        let mut next = || self.regrouped.as_mut()?.next_completed_batch();
        while let Some(batch) = next() {
            self.encoder.write(&batch, &self.target)?;
        }
        Ok(())
    }

    /// Completes the file, gives it its name and returns the number of rows.
    ///
    /// # Errors
    /// [`ExportError::Write`]; [`ExportError::Exists`] when a file that is to be kept came up in
    /// the meantime.
    pub fn finish(mut self) -> Result<u64> {
        if let Some(regrouped) = &mut self.regrouped {
            regrouped.finish_buffered_batch().map_err(batch_failed)?;
        }
        self.write_regrouped()?;
        self.encoder.finish(&self.target)?.commit()?;
        Ok(self.rows)
    }
}

/// How many rows Parquet and Arrow get at once. How many come at once differs from one reading of
/// the database to the next, and pages and batches would end elsewhere.
const BATCH_ROWS: usize = 1 << 16;

fn batch_failed(source: ArrowError) -> ExportError {
    ExportError::Batch { source }
}
