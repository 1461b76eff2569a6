//! The formats of a report.

/// What rows are printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// A table to read
    #[default]
    Table,
    /// An array of objects
    Json,
    /// An object per line (JSON Lines)
    Jsonl,
    /// A header and one line per row
    Csv,
}
