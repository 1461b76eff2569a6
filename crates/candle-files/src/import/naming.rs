//! Which series a row belongs to.

use std::path::Path;

use market_model::{Interval, ModelError, SymbolName};

use super::column_aliases::plain;
use super::error::ImportError;
use super::file_names;
use super::interval_codes::IntervalCodes;
use super::layout::Layout;
use super::options::ImportOptions;
use super::reject::shown;

/// What a row says about its series.
pub(crate) struct Named {
    pub(crate) name: SymbolName,
    /// Whether the symbol is written with a leading colon: then it has no exchange.
    pub(crate) has_no_exchange: bool,
    /// The interval, if a column says it.
    pub(crate) interval: Option<Interval>,
}

/// Where the names of a file come from.
#[derive(Debug)]
pub(crate) struct Naming {
    names: Names,
    /// The column of the interval, unless an interval was given.
    interval: Option<usize>,
    /// How it says it.
    codes: IntervalCodes,
}

#[derive(Debug)]
enum Names {
    /// One name for every row, and the column of the exchange if there is one.
    Fixed { name: SymbolName, has_no_exchange: bool, exchange: Option<usize> },
    /// A column.
    Column { symbol: usize, exchange: Option<usize> },
}

impl Naming {
    /// The column of the file, else the symbol of the options, else that of the file name `named`.
    pub(crate) fn find(
        path: &Path,
        named: &Path,
        layout: &Layout,
        options: &ImportOptions,
    ) -> Result<Self, ImportError> {
        let names = Names::find(path, named, layout, options)?;
        let interval = layout.columns.interval.filter(|_| options.interval.is_none());
        let name = interval.map(|column| plain(&layout.names[column]));
        let codes = IntervalCodes::of(&name.unwrap_or_default());
        Ok(Self { names, interval, codes })
    }

    /// Whether no cell tells the series of a row.
    pub(crate) const fn says_one_series(&self) -> bool {
        matches!(self.names, Names::Fixed { exchange: None, .. }) && self.interval.is_none()
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

    /// The column of the symbol, if there is one.
    pub(crate) const fn symbol_column(&self) -> Option<usize> {
        match self.names {
            Names::Fixed { .. } => None,
            Names::Column { symbol, .. } => Some(symbol),
        }
    }

    /// The symbol of a row, and its interval if a column says it.
    ///
    /// # Errors
    /// The column that is wrong, and why.
    pub(crate) fn read(&self, cells: &[&str]) -> Result<Named, (usize, String)> {
        let (name, has_no_exchange) = self.names.read(cells)?;
        let interval = self
            .interval
            .map(|column| self.codes.read(cells[column]).map_err(|reason| (column, reason)));
        Ok(Named { name, has_no_exchange, interval: interval.transpose()? })
    }

    /// The one name of the file, for a warning where it was found.
    pub(crate) fn found(&self, options: &ImportOptions) -> Option<&str> {
        match &self.names {
            Names::Fixed { name, .. }
                if options.symbol.is_none() && options.symbol_otherwise.is_none() =>
            {
                Some(name.symbol())
            }
            _ => None,
        }
    }
}

impl Names {
    fn find(
        path: &Path,
        named: &Path,
        layout: &Layout,
        options: &ImportOptions,
    ) -> Result<Self, ImportError> {
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
                .or(layout.symbol.as_deref())
                .or(options.symbol_otherwise.as_deref())
                .or_else(|| file_names::published_symbol(named))
                .ok_or_else(|| ImportError::NoSymbol { path: path.to_owned() })?,
        };
        let name = SymbolName::parse(text)
            .map_err(|source| ImportError::InvalidSymbol { symbol: text.to_owned(), source })?;
        let has_no_exchange = text.starts_with(':');
        match exchange {
            Some(column) if has_no_exchange || !name.exchange().is_empty() => {
                Err(twice(column, text))
            }
            _ => Ok(Self::Fixed { name, has_no_exchange, exchange }),
        }
    }

    /// The symbol, and whether it says with a leading colon that it has no exchange. Without a column
    /// for the exchange a symbol may be written as `NASDAQ:AAPL`.
    fn read(&self, cells: &[&str]) -> Result<(SymbolName, bool), (usize, String)> {
        let (symbol, exchange) = match self {
            Self::Fixed { name, has_no_exchange, exchange: None } => {
                return Ok((name.clone(), *has_no_exchange));
            }
            Self::Fixed { name, exchange: Some(exchange), .. } => {
                let name = SymbolName::new(cells[*exchange], name.symbol());
                return Ok((name.map_err(|error| bad_name(error, *exchange, *exchange))?, false));
            }
            Self::Column { symbol, exchange } => (*symbol, *exchange),
        };
        let has_no_exchange = cells[symbol].starts_with(':');
        let name = match exchange {
            _ if cells[symbol].is_empty() => return Err((symbol, "the symbol is empty".into())),
            Some(exchange) if has_no_exchange && !cells[exchange].is_empty() => {
                let reason = "the symbol begins with a colon, which says that it has no exchange";
                return Err((exchange, reason.into()));
            }
            Some(exchange) if !has_no_exchange => SymbolName::new(cells[exchange], cells[symbol]),
            _ => SymbolName::parse(cells[symbol]),
        };
        let name = name.map_err(|error| bad_name(error, symbol, exchange.unwrap_or(symbol)))?;
        Ok((name, has_no_exchange))
    }
}

fn bad_name(error: ModelError, symbol: usize, exchange: usize) -> (usize, String) {
    match error {
        ModelError::InvalidName { field, name, reason } => {
            let column = if field == "exchange" { exchange } else { symbol };
            (column, format!("{} is no name: {reason}", shown(&name)))
        }
        other => (symbol, other.to_string()),
    }
}
