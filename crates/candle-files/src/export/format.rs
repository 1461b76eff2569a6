//! What an export is written as.

use std::path::Path;

use super::compression::Compression;
use super::destination::Target;
use super::error::{ExportError, Result};

/// What an export is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Text with a header, times as ISO 8601.
    Csv,
    /// Columns, compressed with zstd if nothing else is asked for.
    Parquet,
    /// An Arrow IPC file, also known as Feather 2.
    Arrow,
}

impl ExportFormat {
    /// The format `asked` for, else what `target` is named after; standard output gets CSV.
    ///
    /// # Errors
    /// [`ExportError::UnknownExtension`] when a file is named after none.
    pub fn choose(asked: Option<Self>, target: &Target) -> Result<Self> {
        match (asked, target) {
            (Some(format), _) => Ok(format),
            (None, Target::Stdout) => Ok(Self::Csv),
            (None, Target::File(path)) => Self::of_name(path),
        }
    }

    fn of_name(path: &Path) -> Result<Self> {
        if Compression::of_csv_name(path).is_some() {
            return Ok(Self::Csv);
        }
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        match extension.to_str() {
            Some("parquet") => Ok(Self::Parquet),
            Some("arrow" | "feather" | "ipc") => Ok(Self::Arrow),
            _ => Err(ExportError::UnknownExtension { path: path.to_owned() }),
        }
    }

    /// The name as people write it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Parquet => "Parquet",
            Self::Arrow => "Arrow",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_file_says_the_format_unless_one_is_asked_for() {
        let choose = |asked, target: &str| ExportFormat::choose(asked, &Target::from(target));
        for (target, format) in [
            ("a.csv", ExportFormat::Csv),
            ("b/A.PARQUET", ExportFormat::Parquet),
            ("a.b.arrow", ExportFormat::Arrow),
            ("a.feather", ExportFormat::Arrow),
            ("a.ipc", ExportFormat::Arrow),
            ("-", ExportFormat::Csv),
        ] {
            assert_eq!(choose(None, target).unwrap(), format, "{target}");
        }
        assert_eq!(choose(Some(ExportFormat::Csv), "a.txt").unwrap(), ExportFormat::Csv);
    }

    #[test]
    fn a_name_that_says_no_format_is_told_the_ones_there_are() {
        for name in ["a", "a.xlsx", "csv", ".csv", "a.parquet.gz"] {
            let error = ExportFormat::choose(None, &Target::from(name)).unwrap_err().to_string();
            for known in [name, ".csv", ".parquet", ".arrow", ".feather", ".ipc"] {
                assert!(error.contains(known), "{error}");
            }
        }
    }
}
