//! What the caller says about an export.

use super::compression::Compression;
use super::destination::Target;
use super::error::{ExportError, Result};
use super::format::ExportFormat;
use super::schema::schema;

/// How an export is written. An [`ExportFormat`] alone is the options with every default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportOptions {
    /// What it is written as.
    pub format: ExportFormat,
    /// How it is packed; by default what the name of a CSV file says, zstd for Parquet, else not
    /// at all.
    pub compression: Option<Compression>,
    /// The columns, in this order, of `exchange`, `symbol`, `interval`, `open_time`, `open`,
    /// `high`, `low`, `close` and `volume`; all of them if none is named.
    pub columns: Vec<String>,
}

impl From<ExportFormat> for ExportOptions {
    fn from(format: ExportFormat) -> Self {
        Self { format, compression: None, columns: Vec::new() }
    }
}

impl ExportOptions {
    pub(crate) fn compression_of(&self, target: &Target) -> Result<Compression> {
        Compression::resolve(self.compression, self.format, target)
    }

    /// Where the columns to write stand in the schema of all exports.
    pub(crate) fn places(&self) -> Result<Vec<usize>> {
        let schema = schema();
        if self.columns.is_empty() {
            return Ok((0..schema.fields().len()).collect());
        }
        let mut places = Vec::new();
        for name in &self.columns {
            let place = schema.index_of(name).map_err(|_| ExportError::UnknownColumn {
                name: name.clone(),
                known: schema.fields().iter().map(|field| field.name().clone()).collect(),
            })?;
            if places.contains(&place) {
                return Err(ExportError::RepeatedColumn { name: name.clone() });
            }
            places.push(place);
        }
        Ok(places)
    }
}
