//! Batches of candles as the bytes of a format.

use std::io::BufWriter;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_schema::SchemaRef;
use csv::Writer;
use parquet::arrow::ArrowWriter;
use parquet::basic::{GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::compression::Compression;
use super::csv_rows::{self, CsvRows};
use super::destination::Destination;
use super::error::{BoxError, ExportError, Result};
use super::format::ExportFormat;
use super::packed::Packed;

/// Turns batches of the export's schema into the bytes of a format.
pub(crate) enum Encoder {
    Csv(Box<Writer<Packed>>),
    Parquet(Box<ArrowWriter<Destination>>),
    Arrow(Box<FileWriter<BufWriter<Destination>>>),
}

impl Encoder {
    pub(crate) fn start(
        format: ExportFormat,
        compression: Compression,
        schema: &SchemaRef,
        destination: Destination,
    ) -> Result<Self> {
        let target = destination.name();
        start(format, compression, schema, destination).map_err(ExportError::write(target))
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

fn start(
    format: ExportFormat,
    compression: Compression,
    schema: &SchemaRef,
    destination: Destination,
) -> Result<Encoder, BoxError> {
    Ok(match format {
        ExportFormat::Csv => {
            let mut writer = Writer::from_writer(Packed::new(compression, destination)?);
            csv_rows::write_header(schema, &mut writer)?;
            Encoder::Csv(Box::new(writer))
        }
        ExportFormat::Parquet => {
            let pages = pages(compression);
            let properties = WriterProperties::builder().set_compression(pages).build();
            let writer = ArrowWriter::try_new(destination, Arc::clone(schema), Some(properties))?;
            Encoder::Parquet(Box::new(writer))
        }
        ExportFormat::Arrow => {
            let options = IpcWriteOptions::default().try_with_compression(buffers(compression))?;
            let out = BufWriter::new(destination);
            let writer = FileWriter::try_new_with_options(out, schema, options)?;
            Encoder::Arrow(Box::new(writer))
        }
    })
}

fn pages(compression: Compression) -> parquet::basic::Compression {
    use parquet::basic::Compression as Pages;
    match compression {
        Compression::Gzip => Pages::GZIP(GzipLevel::default()),
        Compression::Zstd => Pages::ZSTD(ZstdLevel::default()),
        Compression::Snappy => Pages::SNAPPY,
        Compression::None | Compression::Lz4 => Pages::UNCOMPRESSED,
    }
}

const fn buffers(compression: Compression) -> Option<CompressionType> {
    match compression {
        Compression::Lz4 => Some(CompressionType::LZ4_FRAME),
        Compression::Zstd => Some(CompressionType::ZSTD),
        Compression::None | Compression::Gzip | Compression::Snappy => None,
    }
}

fn finish(encoder: Encoder) -> Result<Destination, BoxError> {
    Ok(match encoder {
        Encoder::Csv(mut writer) => {
            writer.flush()?;
            writer.into_inner().map_err(|error| error.into_error())?.finish()?
        }
        Encoder::Parquet(writer) => writer.into_inner()?,
        Encoder::Arrow(writer) => {
            writer.into_inner()?.into_inner().map_err(|error| error.into_error())?
        }
    })
}
