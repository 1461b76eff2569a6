//! Which series a row belongs to.

use std::path::Path;

use market_model::{Interval, ModelError, SymbolName};

use super::error::ImportError;
use super::headerless;
use super::layout::Layout;
use super::options::ImportOptions;
use super::reject::shown;

/// Where the names of a file come from.
#[derive(Debug)]
pub(crate) struct Naming {
    names: Names,
    /// The column of the interval, unless an interval was given.
    interval: Option<usize>,
}

#[derive(Debug)]
enum Names {
    /// One name for every row, and the column of the exchange if there is one.
    Fixed { name: SymbolName, exchange: Option<usize> },
    /// A column.
    Column { symbol: usize, exchange: Option<usize> },
}

impl Naming {
    /// The column of the file, else the symbol of the options, else that of the file name.
    pub(crate) fn find(
        path: &Path,
        layout: &Layout,
        options: &ImportOptions,
    ) -> Result<Self, ImportError> {
        let names = Names::find(path, layout, options)?;
        let interval = layout.columns.interval.filter(|_| options.interval.is_none());
        Ok(Self { names, interval })
    }

    /// Whether each row says its interval.
    pub(crate) const fn says_intervals(&self) -> bool {
        self.interval.is_some()
    }

    /// The cells that tell the series of a row; rows with the same cells are of one series.
    pub(crate) fn label<'c>(&self, cells: &[&'c str]) -> [&'c str; 3] {
        let (exchange, symbol) = match self.names {
            Names::Fixed { exchange, .. } => (exchange, None),
            Names::Column { symbol, exchange } => (exchange, Some(symbol)),
        };
        [exchange, symbol, self.interval].map(|column| column.map_or("", |column| cells[column]))
    }

    /// The symbol of a row, and its interval if a column says it.
    ///
    /// # Errors
    /// The column that is wrong, and why.
    pub(crate) fn read(
        &self,
        cells: &[&str],
    ) -> Result<(SymbolName, Option<Interval>), (usize, String)> {
        let name = self.names.read(cells)?;
        let interval = self.interval.map(|column| {
            cells[column].parse().map_err(|error: ModelError| (column, error.to_string()))
        });
        Ok((name, interval.transpose()?))
    }

    /// The one name of the file, for a warning where it was found.
    pub(crate) fn found(&self, options: &ImportOptions) -> Option<&str> {
        match &self.names {
            Names::Fixed { name, .. } if options.symbol.is_none() => Some(name.symbol()),
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
        let text = match (symbol, given) {
            (Some(column), Some(given)) => return Err(twice(column, given)),
            (Some(symbol), None) => return Ok(Self::Column { symbol, exchange }),
            (None, given) => given
                .or_else(|| headerless::symbol_of(path))
                .ok_or_else(|| ImportError::NoSymbol { path: path.to_owned() })?,
        };
        let name = SymbolName::parse(text)
            .map_err(|source| ImportError::InvalidSymbol { symbol: text.to_owned(), source })?;
        match exchange {
            Some(column) if !name.exchange().is_empty() => Err(twice(column, text)),
            _ => Ok(Self::Fixed { name, exchange }),
        }
    }

    /// Without a column for the exchange a symbol may be written as `NASDAQ:AAPL`.
    fn read(&self, cells: &[&str]) -> Result<SymbolName, (usize, String)> {
        let (symbol, exchange, name) = match self {
            Self::Fixed { name, exchange: None } => return Ok(name.clone()),
            Self::Fixed { name, exchange: Some(exchange) } => {
                (*exchange, *exchange, SymbolName::new(cells[*exchange], name.symbol()))
            }
            Self::Column { symbol, .. } if cells[*symbol].is_empty() => {
                return Err((*symbol, "the symbol is empty".into()));
            }
            Self::Column { symbol, exchange: None } => {
                (*symbol, *symbol, SymbolName::parse(cells[*symbol]))
            }
            Self::Column { symbol, exchange: Some(exchange) } => {
                (*symbol, *exchange, SymbolName::new(cells[*exchange], cells[*symbol]))
            }
        };
        name.map_err(|error| match error {
            ModelError::InvalidName { field, name, reason } => {
                let column = if field == "exchange" { exchange } else { symbol };
                (column, format!("{} is no name: {reason}", shown(&name)))
            }
            other => (symbol, other.to_string()),
        })
    }
}
