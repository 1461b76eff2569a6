//! Batches of candles as the bytes of a format.

use std::io::BufWriter;

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use csv::Writer;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::csv_rows::{self, CsvRows};
use super::destination::Destination;
use super::error::{BoxError, ExportError, Result};
use super::format::ExportFormat;
use super::schema::schema;

/// Turns batches of the export's schema into the bytes of a format.
pub(crate) enum Encoder {
    Csv(Box<Writer<Destination>>),
    Parquet(Box<ArrowWriter<Destination>>),
    Arrow(Box<FileWriter<BufWriter<Destination>>>),
}

impl Encoder {
    pub(crate) fn start(format: ExportFormat, destination: Destination) -> Result<Self> {
        let target = destination.name();
        start(format, destination).map_err(ExportError::write(target))
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch, target: &str) -> Result<()> {
        let written: Result<(), BoxError> = match self {
            Self::Csv(writer) => CsvRows::of(batch)?.write(writer).map_err(Into::into),
            Self::Parquet(writer) => writer.write(batch).map_err(Into::into),
            Self::Arrow(writer) => writer.write(batch).map_err(Into::into),
        };
        written.map_err(ExportError::write(target))
    }

    /// Writes what ends the format.
    pub(crate) fn finish(self, target: &str) -> Result<Destination> {
        finish(self).map_err(ExportError::write(target))
    }
}

fn start(format: ExportFormat, destination: Destination) -> Result<Encoder, BoxError> {
    Ok(match format {
        ExportFormat::Csv => {
            let mut writer = Writer::from_writer(destination);
            csv_rows::write_header(&mut writer)?;
            Encoder::Csv(Box::new(writer))
        }
        ExportFormat::Parquet => {
            let zstd = Compression::ZSTD(ZstdLevel::default());
            let properties = WriterProperties::builder().set_compression(zstd).build();
            let writer = ArrowWriter::try_new(destination, schema(), Some(properties))?;
            Encoder::Parquet(Box::new(writer))
        }
        ExportFormat::Arrow => {
            Encoder::Arrow(Box::new(FileWriter::try_new_buffered(destination, &schema())?))
        }
    })
}

fn finish(encoder: Encoder) -> Result<Destination, BoxError> {
    Ok(match encoder {
        Encoder::Csv(mut writer) => {
            writer.flush()?;
            writer.into_inner().map_err(|error| error.into_error())?
        }
        Encoder::Parquet(writer) => writer.into_inner()?,
        Encoder::Arrow(writer) => {
            writer.into_inner()?.into_inner().map_err(|error| error.into_error())?
        }
    })
}
