//! How the names of files end that may have candles.

/// Of files of text, which may be packed besides.
pub const TEXT_ENDINGS: [&str; 3] = [".csv", ".tsv", ".txt"];

/// Of Parquet and Arrow files.
pub const COLUMN_ENDINGS: [&str; 5] = [".parquet", ".pq", ".arrow", ".feather", ".ipc"];
