//! The shape of a file: its delimiter, its column names, and where its rows begin.

use std::path::Path;

use super::column_aliases::{plain, understood};
use super::columns::{Columns, HeaderError};
use super::error::ImportError;
use super::headerless;
use super::reject::shown;

/// How a file is laid out.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) delimiter: u8,
    /// The byte behind the header.
    pub(crate) body: usize,
    /// The column names, as the file writes them or as its layout has them.
    pub(crate) names: Vec<String>,
    pub(crate) columns: Columns,
    /// The fewest fields that a row has: the columns up to the last one with a name.
    pub(crate) width: usize,
    pub(crate) has_header: bool,
    /// The symbol that the header names, beside the columns.
    pub(crate) symbol: Option<String>,
    /// How many lines with text come before the header; they are passed over.
    pub(crate) preamble: usize,
    /// The line of the header, or of the first row where there is none.
    pub(crate) line: u64,
}

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many lines may come before a header, such as the address of the publisher.
const PREAMBLE: usize = 10;

/// How many needed columns make a line a header that lacks some.
const ENOUGH_FOR_A_HEADER: usize = 2;

impl Layout {
    /// Finds the layout: the first line may be a row of a known layout, or one of the first lines
    /// is a header.
    pub(crate) fn detect(path: &Path, text: &[u8]) -> Result<Self, ImportError> {
        let lines: Vec<Line> = lines(text).take(PREAMBLE + 1).collect();
        if let Some(layout) = lines.first().and_then(Self::of_first_row) {
            return Ok(layout);
        }
        if let Some(layout) = Self::of_stacked_header(path, &lines)? {
            return Ok(layout);
        }
        let mut nearest: Option<(usize, ImportError)> = None;
        for (preamble, line) in lines.iter().enumerate() {
            for delimiter in DELIMITERS {
                let names = line.cells(delimiter);
                match Columns::of_header(&names) {
                    Ok(columns) => {
                        return Ok(Self {
                            delimiter,
                            body: line.end,
                            width: width(&names),
                            names,
                            columns,
                            has_header: true,
                            symbol: None,
                            preamble,
                            line: line.number,
                        });
                    }
                    Err(error) => {
                        let found = error.weight();
                        if nearest.as_ref().is_none_or(|(most, _)| found > *most) {
                            nearest =
                                Some((found, error.into_import_error(path, line.number, &names)));
                        }
                    }
                }
            }
        }
        match (nearest, lines.first()) {
            (Some((found, error)), _) if found >= ENOUGH_FOR_A_HEADER => Err(error),
            (_, Some(first)) => Err(no_header(path, first)),
            (_, None) => Err(ImportError::Empty { path: path.to_owned() }),
        }
    }

    fn of_first_row(line: &Line<'_>) -> Option<Self> {
        DELIMITERS.into_iter().find_map(|delimiter| {
            let names = headerless::names_of(&line.cells(delimiter))?;
            let columns = Columns::of_header(&names).ok()?;
            Some(Self {
                delimiter,
                body: 0,
                width: width(&names),
                names,
                columns,
                has_header: false,
                symbol: None,
                preamble: 0,
                line: line.number,
            })
        })
    }

    /// The layout below the three lines of pandas that yfinance makes: `Price,Close,High,...`,
    /// `Ticker,AAPL,AAPL,...`, `Date,,,...`.
    fn of_stacked_header(path: &Path, lines: &[Line<'_>]) -> Result<Option<Self>, ImportError> {
        let [first, second, third, ..] = lines else { return Ok(None) };
        let [mut names, tickers, index] =
            [first, second, third].map(|line| line.cells(DELIMITERS[0]));
        let ([field, ..], [ticker, tickers @ ..], [time, others @ ..]) =
            (names.as_mut_slice(), tickers.as_slice(), index.as_slice())
        else {
            return Ok(None);
        };
        let is_stacked = [field.as_str(), ticker].map(plain) == ["price", "ticker"]
            && others.iter().all(String::is_empty);
        let Some(symbol) = tickers.first().filter(|_| is_stacked) else { return Ok(None) };
        if let Some(other) = tickers.iter().find(|other| *other != symbol) {
            let (one, other) = (symbol.clone(), other.clone());
            return Err(ImportError::SeveralSymbols { path: path.to_owned(), one, other });
        }
        field.clone_from(time);
        let columns = Columns::of_header(&names)
            .map_err(|error| error.into_import_error(path, first.number, &names))?;
        Ok(Some(Self {
            delimiter: DELIMITERS[0],
            body: third.end,
            width: width(&names),
            names,
            columns,
            has_header: true,
            symbol: Some(symbol.clone()),
            preamble: 0,
            line: first.number,
        }))
    }

    /// The layout of rows that begin with the text, with columns of these names.
    ///
    /// # Errors
    /// [`ImportError::MissingColumns`] and [`ImportError::AmbiguousColumns`].
    pub(crate) fn of_names(path: &Path, names: Vec<String>) -> Result<Self, ImportError> {
        let columns =
            Columns::of_header(&names).map_err(|error| error.into_import_error(path, 0, &names))?;
        Ok(Self {
            delimiter: DELIMITERS[0],
            body: 0,
            width: names.len(),
            names,
            columns,
            has_header: true,
            symbol: None,
            preamble: 0,
            line: 0,
        })
    }

    /// Whether a candle is read from `column`, or can be.
    pub(crate) fn may_read(&self, column: usize) -> bool {
        self.columns.times.iter().any(|time| self.columns.uses(column, *time))
    }

    /// The error that says that no column holds the time.
    pub(crate) fn without_time(&self, path: &Path) -> ImportError {
        ImportError::MissingColumns {
            path: path.to_owned(),
            line: self.line,
            missing: "time".into(),
            found: self.names.join(", "),
            understood: understood("time"),
        }
    }
}

impl HeaderError {
    /// How much the line looks like a header.
    fn weight(&self) -> usize {
        match self {
            Self::Missing { found, .. } => *found,
            Self::Twice { .. } => ENOUGH_FOR_A_HEADER,
        }
    }

    fn into_import_error(self, path: &Path, line: u64, names: &[String]) -> ImportError {
        let path = path.to_owned();
        match self {
            Self::Missing { fields, .. } => ImportError::MissingColumns {
                path,
                line,
                missing: fields.join(", "),
                found: names.join(", "),
                understood: fields.iter().map(|f| understood(f)).collect::<Vec<_>>().join("\n"),
            },
            Self::Twice { field, first, second } => ImportError::AmbiguousColumns {
                path,
                field,
                first: names[first].clone(),
                second: names[second].clone(),
            },
        }
    }
}

fn width(names: &[String]) -> usize {
    let named = |name: &String| !name.is_empty();
    names.iter().rposition(named).map_or(names.len(), |last| last + 1)
}

fn no_header(path: &Path, line: &Line<'_>) -> ImportError {
    let fields = ["time", "open", "high", "low", "close", "volume", "symbol", "exchange"];
    ImportError::NoHeader {
        path: path.to_owned(),
        line: line.number,
        first_line: shown(String::from_utf8_lossy(line.bytes).trim()),
        understood: fields.map(understood).join("\n"),
    }
}

/// A line that is not blank.
struct Line<'a> {
    number: u64,
    end: usize,
    bytes: &'a [u8],
}

impl Line<'_> {
    fn cells(&self, delimiter: u8) -> Vec<String> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(delimiter)
            .from_reader(self.bytes);
        let first = reader.byte_records().next().and_then(Result::ok).unwrap_or_default();
        first.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect()
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let (mut number, mut end) = (0, 0);
    let pieces = text.split_inclusive(|byte| matches!(byte, b'\n' | b'\r'));
    pieces.filter_map(move |bytes| {
        let follows_return = text[..end].ends_with(b"\r");
        number += u64::from(!(follows_return && bytes == b"\n"));
        end += bytes.len();
        (!bytes.trim_ascii().is_empty()).then_some(Line { number, end, bytes })
    })
}
