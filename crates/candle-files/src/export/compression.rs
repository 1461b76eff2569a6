//! How an export is packed.

use std::ffi::OsStr;
use std::path::Path;

use super::destination::Target;
use super::error::{ExportError, Result};
use super::format::ExportFormat;

/// How an export is packed. Which ways there are depends on the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all; every format has it, and it is the default of CSV and Arrow.
    None,
    /// CSV as `.csv.gz`, and the pages of Parquet.
    Gzip,
    /// CSV as `.csv.zst`, the pages of Parquet, where it is the default, and the buffers of Arrow.
    Zstd,
    /// The pages of Parquet.
    Snappy,
    /// The buffers of Arrow.
    Lz4,
}

impl Compression {
    /// What `asked` means in a file of `format` at `target`.
    ///
    /// # Errors
    /// [`ExportError::Compression`] when the format has no such; [`ExportError::Ending`] when the
    /// name of a CSV file says something else.
    pub(crate) fn resolve(
        asked: Option<Self>,
        format: ExportFormat,
        target: &Target,
    ) -> Result<Self> {
        let named = match target {
            Target::File(path) if format == ExportFormat::Csv => Self::of_csv_name(path),
            _ => None,
        };
        let compression = asked.or(named).unwrap_or_else(|| Self::default_of(format));
        if !Self::all_of(format).contains(&compression) {
            return Err(ExportError::Compression {
                format: format.name(),
                compression: compression.name(),
                known: Self::all_of(format).iter().map(|known| known.name()).collect(),
            });
        }
        match (named, target) {
            (Some(named), Target::File(path)) if named != compression => {
                Err(ExportError::Ending { path: path.clone(), ending: compression.csv_ending() })
            }
            _ => Ok(compression),
        }
    }

    const fn default_of(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Csv | ExportFormat::Arrow => Self::None,
            ExportFormat::Parquet => Self::Zstd,
        }
    }

    const fn all_of(format: ExportFormat) -> &'static [Self] {
        match format {
            ExportFormat::Csv => &[Self::None, Self::Gzip, Self::Zstd],
            ExportFormat::Parquet => &[Self::None, Self::Snappy, Self::Zstd, Self::Gzip],
            ExportFormat::Arrow => &[Self::None, Self::Lz4, Self::Zstd],
        }
    }

    /// How the name of a file says that it is CSV, if it does.
    pub(crate) fn of_csv_name(path: &Path) -> Option<Self> {
        let packed = match ending(path)?.as_str() {
            "csv" => return Some(Self::None),
            "gz" => Self::Gzip,
            "zst" => Self::Zstd,
            _ => return None,
        };
        let inner = Path::new(path.file_stem()?);
        (ending(inner)? == "csv").then_some(packed)
    }

    /// How the name of a CSV file ends.
    pub(crate) const fn csv_ending(self) -> &'static str {
        match self {
            Self::Gzip => "csv.gz",
            Self::Zstd => "csv.zst",
            Self::None | Self::Snappy | Self::Lz4 => "csv",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
        }
    }
}

fn ending(path: &Path) -> Option<String> {
    path.extension().map(OsStr::to_ascii_lowercase)?.into_string().ok()
}
