//! Which series a row belongs to.

use std::path::Path;

use candle_repository::{Interval, ModelError, SeriesKey};

use super::layout::Layout;
use super::rejects::shown;
use super::{ImportError, ImportOptions, klines};

/// Rows get their names before the interval is known: keys hold this one until then.
const NOT_YET_KNOWN: Interval = Interval::MINUTE;

/// Where the names of a file come from.
#[derive(Debug)]
pub(super) struct Naming {
    names: Names,
    /// The column of the interval, unless an interval was given.
    interval: Option<usize>,
}

#[derive(Debug)]
enum Names {
    /// One name for every row, and the column of the exchange if there is one.
    Fixed { key: SeriesKey, exchange: Option<usize> },
    /// A column.
    Column { symbol: usize, exchange: Option<usize> },
}

impl Naming {
    /// The column of the file, else the symbol of the options, else that of the file name.
    pub(super) fn find(
        path: &Path,
        layout: &Layout,
        options: &ImportOptions,
    ) -> Result<Self, ImportError> {
        let names = Names::find(path, layout, options)?;
        let interval = layout.columns.interval.filter(|_| options.interval.is_none());
        Ok(Self { names, interval })
    }

    /// Whether each row says its interval.
    pub(super) const fn says_intervals(&self) -> bool {
        self.interval.is_some()
    }

    /// The series of a row; its interval is not the real one yet unless a column says it.
    ///
    /// # Errors
    /// The column that is wrong, and why.
    pub(super) fn key(&self, cells: &[&str]) -> Result<SeriesKey, (usize, String)> {
        let key = self.names.key(cells)?;
        match self.interval {
            None => Ok(key),
            Some(column) => cells[column]
                .parse()
                .map(|interval| key.with_interval(interval))
                .map_err(|error| (column, reason(error))),
        }
    }

    /// The one name of the file, for a note where it was found.
    pub(super) fn found(&self, options: &ImportOptions) -> Option<&str> {
        match &self.names {
            Names::Fixed { key, .. } if options.symbol.is_none() => Some(key.symbol()),
            _ => None,
        }
    }
}

impl Names {
    fn find(path: &Path, layout: &Layout, options: &ImportOptions) -> Result<Self, ImportError> {
        let (symbol, exchange) = (layout.columns.symbol, layout.columns.exchange);
        let given = options.symbol.as_deref();
        let twice = |column: usize, symbol: &str| ImportError::SymbolTwice {
            path: path.to_owned(),
            column: layout.names[column].clone(),
            symbol: symbol.to_owned(),
        };
        let name = match (symbol, given) {
            (Some(column), Some(given)) => return Err(twice(column, given)),
            (Some(symbol), None) => return Ok(Self::Column { symbol, exchange }),
            (None, given) => given
                .or_else(|| klines::symbol_of(path))
                .ok_or_else(|| ImportError::NoSymbol { path: path.to_owned() })?,
        };
        let key = SeriesKey::parse(name, NOT_YET_KNOWN)
            .map_err(|source| ImportError::InvalidSymbol { symbol: name.to_owned(), source })?;
        match exchange {
            Some(column) if !key.exchange().is_empty() => Err(twice(column, name)),
            _ => Ok(Self::Fixed { key, exchange }),
        }
    }

    /// Without a column for the exchange a symbol may be written as `NASDAQ:AAPL`.
    fn key(&self, cells: &[&str]) -> Result<SeriesKey, (usize, String)> {
        match self {
            Self::Fixed { key, exchange: None } => Ok(key.clone()),
            Self::Fixed { key, exchange: Some(column) } => {
                SeriesKey::new(cells[*column], key.symbol(), NOT_YET_KNOWN)
                    .map_err(|error| (*column, reason(error)))
            }
            Self::Column { symbol, .. } if cells[*symbol].is_empty() => {
                Err((*symbol, "the symbol is empty".into()))
            }
            Self::Column { symbol, exchange: None } => {
                SeriesKey::parse(cells[*symbol], NOT_YET_KNOWN)
                    .map_err(|error| (*symbol, reason(error)))
            }
            Self::Column { symbol, exchange: Some(exchange) } => {
                SeriesKey::new(cells[*exchange], cells[*symbol], NOT_YET_KNOWN).map_err(|error| {
                    let of_exchange = matches!(&error,
                        ModelError::InvalidName { name, .. } if name == cells[*exchange]);
                    (if of_exchange { *exchange } else { *symbol }, reason(error))
                })
            }
        }
    }
}

fn reason(error: ModelError) -> String {
    match error {
        ModelError::InvalidName { name, reason, .. } => {
            format!("{} is no name: {reason}", shown(&name))
        }
        other => other.to_string(),
    }
}
