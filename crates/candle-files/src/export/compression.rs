//! How an export is packed.

use std::ffi::OsStr;
use std::path::Path;

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

    pub(crate) const fn name(self) -> &'static str {
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
