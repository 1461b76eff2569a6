//! The options of `export`.

use candle_files::{Compression, Existing, ExportFormat, ExportOptions, Partitioning, Target};
use clap::{Args, ValueEnum};

use crate::args::{RangeArgs, SelectionArgs};
use crate::error::CliError;

/// What an export is written as.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExportFormatName {
    /// Text with a header, times as ISO 8601
    Csv,
    /// Columns, compressed
    Parquet,
    /// An Arrow IPC file, also known as Feather 2
    Arrow,
}

impl From<ExportFormatName> for ExportFormat {
    fn from(name: ExportFormatName) -> Self {
        match name {
            ExportFormatName::Csv => Self::Csv,
            ExportFormatName::Parquet => Self::Parquet,
            ExportFormatName::Arrow => Self::Arrow,
        }
    }
}

/// How an export is packed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum CompressionName {
    /// Not at all: the default of CSV and Arrow
    None,
    /// CSV (.csv.gz) and Parquet
    Gzip,
    /// CSV (.csv.zst), Parquet, where it is the default, and Arrow
    Zstd,
    /// Parquet
    Snappy,
    /// Arrow
    Lz4,
}

impl From<CompressionName> for Compression {
    fn from(name: CompressionName) -> Self {
        match name {
            CompressionName::None => Self::None,
            CompressionName::Gzip => Self::Gzip,
            CompressionName::Zstd => Self::Zstd,
            CompressionName::Snappy => Self::Snappy,
            CompressionName::Lz4 => Self::Lz4,
        }
    }
}

/// What there is a file for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Each series: exchange=NASDAQ/symbol=AAPL/interval=1d
    Series,
    /// Each year in UTC: year=2024
    Year,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// File to write, or the folder with --by; - is standard output
    #[arg(long, short, default_value = "-", value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) output: String,
    /// Write a file for each of these into a folder that DuckDB, Polars and Spark read as one
    /// table: series, year or series,year
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    by: Vec<By>,
    /// Format [default: by the file's ending; Parquet in a folder]
    #[arg(long, value_enum)]
    format: Option<ExportFormatName>,
    /// How the file is packed [default: by the file's ending]
    #[arg(long, value_enum)]
    compression: Option<CompressionName>,
    /// Columns to write, in this order, such as open_time,close [default: all]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    columns: Vec<String>,
    /// Replace the file if it is there, or the folder if an export wrote it
    #[arg(long)]
    force: bool,
}

impl ExportArgs {
    /// What the files of a folder are for, if a folder is to be written.
    pub(crate) fn partitioning(&self) -> Result<Option<Partitioning>, CliError> {
        if self.by.is_empty() {
            return Ok(None);
        }
        if self.output == "-" {
            return Err(CliError::usage("--by writes files: name their folder, --output FOLDER"));
        }
        let by = |what| self.by.contains(&what);
        Ok(Some(Partitioning { by_series: by(By::Series), by_year: by(By::Year) }))
    }

    pub(crate) fn options(&self) -> Result<ExportOptions, CliError> {
        let asked = self.format.map(Into::into);
        let format = match self.by.is_empty() {
            true => ExportFormat::choose(asked, &self.target())?,
            false => asked.unwrap_or(ExportFormat::Parquet),
        };
        let compression = self.compression.map(Into::into);
        Ok(ExportOptions { format, compression, columns: self.columns.clone() })
    }

    pub(crate) fn target(&self) -> Target {
        Target::from(self.output.as_str())
    }

    pub(crate) fn existing(&self) -> Existing {
        if self.force { Existing::Replace } else { Existing::Keep }
    }
}
