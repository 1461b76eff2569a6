//! Why nothing was taken from a file.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

use market_model::ModelError;

use super::reject::Reject;

/// Why nothing was taken from a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// There is no such file.
    #[error("there is no file {}: check its name and folder", path.display())]
    NotFound {
        /// The file.
        path: PathBuf,
    },
    /// The path names a folder.
    #[error("{} is a folder: name the files in it", path.display())]
    IsFolder {
        /// The file.
        path: PathBuf,
    },
    /// The file is there and cannot be read.
    #[error("cannot read {}: check its permissions and its disk", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// There is no room for what is read or unpacked.
    #[error(
        "cannot write to {}, the folder for temporary files: make room in it, or set TMPDIR to another",
        folder.display()
    )]
    NotSpooled {
        /// The folder.
        folder: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The file is packed and cannot be unpacked.
    #[error("cannot unpack {}: it may be cut off or damaged; fetch it again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A zip archive with no file in it, or with several.
    #[error("{} holds {}: unpack it and name the file", path.display(), listed(names))]
    NotOneFile {
        /// The archive.
        path: PathBuf,
        /// What is in it, in order.
        names: Vec<String>,
    },
    /// A zip archive with several files, none of which may have candles.
    #[error(
        "{} holds {}, and none that may have candles: unpack it and name the file",
        path.display(),
        listed(names)
    )]
    NoCandleFile {
        /// The archive.
        path: PathBuf,
        /// What is in it, in order.
        names: Vec<String>,
    },
    /// The file has no bytes, or white space only.
    #[error("{} is empty: fetch it again", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file is not UTF-8 text.
    #[error("{} is {what}, not CSV text: {advice}", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
        /// What to do about it.
        advice: &'static str,
    },
    /// A Parquet or Arrow file that cannot be read.
    #[error(
        "cannot read {} as {what}: {reason}. It may be cut off or damaged, or be written with what is not \
         understood: fetch it again, or write it as CSV",
        path.display()
    )]
    BrokenColumns {
        /// The file.
        path: PathBuf,
        /// `Parquet` or `Arrow`.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// There is a header and nothing below it.
    #[error("{} has a header and no rows: fetch it again", path.display())]
    NoRows {
        /// The file.
        path: PathBuf,
    },
    /// No line is a header and the first is not a row of a known layout.
    #[error(
        "{} has no header: line {line} is {first_line}. Put a line of column names first \
         (capitals, spaces and punctuation do not matter):\n{understood}",
        path.display()
    )]
    NoHeader {
        /// The file.
        path: PathBuf,
        /// The line; the first of the file is 1.
        line: u64,
        /// How it begins.
        first_line: String,
        /// The names that are understood.
        understood: String,
    },
    /// The header lacks columns.
    #[error(
        "{} has no column for {missing}; {} has the columns {found}. Names that are \
         understood (capitals, spaces and punctuation do not matter):\n{understood}",
        path.display(),
        header_at(*line)
    )]
    MissingColumns {
        /// The file.
        path: PathBuf,
        /// The line of the header; the first of the file is 1. Zero for a file that is no text.
        line: u64,
        /// The fields that no column holds.
        missing: String,
        /// The names of the columns.
        found: String,
        /// The names that are understood.
        understood: String,
    },
    /// Two columns have the same name.
    #[error(
        "{} has two columns for the {field}, {first:?} and {second:?}: rename or remove one",
        path.display()
    )]
    AmbiguousColumns {
        /// The file.
        path: PathBuf,
        /// The field.
        field: &'static str,
        /// The name of the first column.
        first: String,
        /// The name of the other.
        second: String,
    },
    /// The last line is not whole.
    #[error("{} ends in the middle of line {line}: it may be cut off; fetch it again", path.display())]
    CutOff {
        /// The file.
        path: PathBuf,
        /// The line; the first of the file is 1.
        line: u64,
    },
    /// A quoted field runs to the end of the file.
    #[error(
        "{}:{line}: a quotation mark opens here and none closes it: remove it, or fetch the file \
         again if it was cut off",
        path.display()
    )]
    UnclosedQuote {
        /// The file.
        path: PathBuf,
        /// The line; the first of the file is 1.
        line: u64,
    },
    /// Dates such as 01/02/2024 throughout.
    #[error(
        "{}: dates such as {example} can be month/day or day/month, and no date in the file tells \
         which: say it, --date-order dmy or --date-order mdy",
        path.display()
    )]
    AmbiguousDates {
        /// The file.
        path: PathBuf,
        /// One of them.
        example: String,
    },
    /// Daily candles at a time of day that can be of two dates.
    #[error(
        "{}: daily candles at {times} can be of that date or of the next: {advice}",
        path.display()
    )]
    UncertainDates {
        /// The file.
        path: PathBuf,
        /// The times of day.
        times: String,
        /// What to do about it.
        advice: String,
    },
    /// Times of day without colons that can be read in several ways.
    #[error(
        "{}: times of day such as {example} can be hours and minutes, or have seconds, too: write \
         them as 09:30, or all with four digits or all with six",
        path.display()
    )]
    AmbiguousClock {
        /// The file.
        path: PathBuf,
        /// One of them, or two that differ.
        example: String,
    },
    /// A comma or a point before three digits, throughout.
    #[error(
        "{}: {example} can have a decimal mark or a mark of thousands, and no number in the file \
         tells which: say what sets off decimals, --decimal point or --decimal comma",
        path.display()
    )]
    AmbiguousNumbers {
        /// The file.
        path: PathBuf,
        /// One of the numbers.
        example: String,
    },
    /// The interval is not given and cannot be found.
    #[error(
        "{}: cannot tell the interval of the candles: {reason}. Give it: --interval 1m, \
         --interval 1h, --interval 1d",
        path.display()
    )]
    NoInterval {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The symbol is not given and not in the file.
    #[error(
        "{} does not say which symbol it is about: give it, --symbol AAPL or --symbol NASDAQ:AAPL",
        path.display()
    )]
    NoSymbol {
        /// The file.
        path: PathBuf,
    },
    /// Each symbol has columns of its own.
    #[error(
        "{} has columns for several symbols, such as {one} and {other}: save each symbol in a file of \
         its own, or all below each other with a column for the symbol",
        path.display()
    )]
    SeveralSymbols {
        /// The file.
        path: PathBuf,
        /// One of them.
        one: String,
        /// Another.
        other: String,
    },
    /// A column and an option say the same.
    #[error(
        "{} has the column {column:?}, and --symbol {symbol} says the same for every row: drop one \
         of the two",
        path.display()
    )]
    SymbolTwice {
        /// The file.
        path: PathBuf,
        /// The name of the column.
        column: String,
        /// The symbol.
        symbol: String,
    },
    /// The symbol of the options cannot be one.
    #[error("--symbol {symbol:?} cannot be used")]
    InvalidSymbol {
        /// The symbol.
        symbol: String,
        /// The cause.
        source: ModelError,
    },
    /// Bad rows, and no leave to skip them; or no good ones.
    #[error("{}", describe(path, rejects, *rows))]
    BadRows {
        /// The file.
        path: PathBuf,
        /// The bad rows, by line.
        rejects: Vec<Reject>,
        /// How many rows there are, good and bad.
        rows: u64,
    },
    /// The rejects could not be written.
    #[error("cannot write the refused rows to {}", path.display())]
    RejectsNotWritten {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: csv::Error,
    },
}

fn header_at(line: u64) -> String {
    match line {
        0 => "it".to_owned(),
        line => format!("line {line}"),
    }
}

/// How many names of files a message shows.
const LISTED: usize = 3;

fn listed(names: &[String]) -> String {
    let first = names.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "no file".to_owned(),
        count if count > LISTED => format!("{count} files, {first} and others"),
        count => format!("{count} files, {first}"),
    }
}

/// How many bad rows a message shows.
const SHOWN: usize = 5;

fn describe(path: &Path, rejects: &[Reject], rows: u64) -> String {
    let (path, bad) = (path.display(), rejects.len());
    let every = bad as u64 == rows;
    let mut text = match (every, rows) {
        (true, 1) => format!("the only row of {path} is bad:"),
        (true, _) => format!("all {rows} rows of {path} are bad:"),
        (false, _) => format!("{path} has bad rows, {bad} of {rows}, so none was taken:"),
    };
    for Reject { line, column, reason, .. } in rejects.iter().take(SHOWN) {
        let column = column.as_ref().map(|name| format!(" column {name:?}:")).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  {path}:{line}:{column} {reason}");
    }
    if bad > SHOWN {
        let _ = write!(text, "\n  and {} more", bad - SHOWN);
    }
    text.push_str(match every {
        true => "\nCheck that the file is what it should be",
        false => "\nMend the file, or leave bad rows out with --skip-bad",
    });
    text
}
