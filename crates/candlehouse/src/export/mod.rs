//! Candles as files: CSV, Parquet or Arrow.

mod csv_rows;
mod destination;
mod encoder;
mod error;
mod format;
mod schema;
mod writer;

pub(crate) use destination::{Existing, Target};
pub(crate) use error::{ExportError, Result};
pub(crate) use format::ExportFormat;
pub(crate) use schema::with_names;
pub(crate) use writer::ExportWriter;

#[cfg(test)]
mod tests;
