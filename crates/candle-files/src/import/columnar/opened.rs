//! The readers of the kinds of files with columns.

use std::io::Cursor;

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::frames;
use super::kind::Columnar;

/// A file whose schema was read.
pub(super) enum Opened {
    Parquet(ParquetRecordBatchReaderBuilder<Bytes>),
    Arrow(SchemaRef, Batches),
}

/// The rows of a file, some at a time.
pub(super) type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>>>;

impl Opened {
    pub(super) fn open(kind: Columnar, file: Bytes) -> Result<Self, ArrowError> {
        Ok(match kind {
            Columnar::Parquet => Self::Parquet(ParquetRecordBatchReaderBuilder::try_new(file)?),
            Columnar::ArrowFile => {
                frames::check_file(&file)?;
                let reader = FileReader::try_new(Cursor::new(file), None)?;
                Self::Arrow(reader.schema(), Box::new(reader))
            }
            Columnar::ArrowStream => {
                frames::check_stream(&file)?;
                let reader = StreamReader::try_new(Cursor::new(file), None)?;
                Self::Arrow(reader.schema(), Box::new(reader))
            }
        })
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        match self {
            Self::Parquet(builder) => builder.schema(),
            Self::Arrow(schema, _) => schema,
        }
    }

    /// The rows, with the columns at `places`, which rise.
    pub(super) fn batches(self, places: &[usize]) -> Result<Batches, ArrowError> {
        match self {
            Self::Parquet(builder) => {
                let mask = ProjectionMask::roots(builder.parquet_schema(), places.iter().copied());
                Ok(Box::new(builder.with_projection(mask).build()?))
            }
            Self::Arrow(_, batches) => {
                let places = places.to_vec();
                Ok(Box::new(batches.map(move |batch| batch?.project(&places))))
            }
        }
    }
}
