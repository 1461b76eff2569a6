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
    /// How a file at `target` is packed.
    ///
    /// # Errors
    /// [`ExportError::Compression`] when the format has no such; [`ExportError::Ending`] when the
    /// name of a CSV file says something else.
    pub(crate) fn compression_of(&self, target: &Target) -> Result<Compression> {
        let named = match target {
            Target::File(path) if self.format == ExportFormat::Csv => {
                Compression::of_csv_name(path)
            }
            _ => None,
        };
        let possible = possible(self.format);
        let compression = self.compression.or(named).unwrap_or_else(|| default_of(self.format));
        if !possible.contains(&compression) {
            return Err(ExportError::Compression {
                format: self.format.name(),
                compression: compression.name(),
                known: possible.iter().map(|known| known.name()).collect(),
            });
        }
        match (named, target) {
            (Some(named), Target::File(path)) if named != compression => {
                Err(ExportError::Ending { path: path.clone(), ending: compression.csv_ending() })
            }
            _ => Ok(compression),
        }
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

const fn default_of(format: ExportFormat) -> Compression {
    match format {
        ExportFormat::Csv | ExportFormat::Arrow => Compression::None,
        ExportFormat::Parquet => Compression::Zstd,
    }
}

const fn possible(format: ExportFormat) -> &'static [Compression] {
    use Compression::{Gzip, Lz4, None, Snappy, Zstd};
    match format {
        ExportFormat::Csv => &[None, Gzip, Zstd],
        ExportFormat::Parquet => &[None, Snappy, Zstd, Gzip],
        ExportFormat::Arrow => &[None, Lz4, Zstd],
    }
}
