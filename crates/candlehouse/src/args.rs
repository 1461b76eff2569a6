//! Options that several commands have.

use candle_repository::{Interval, TimeRange, Timestamp};
use clap::Args;

use crate::error::CliError;
use crate::output::{Form, Format};
use crate::value_parsers;

#[derive(Debug, Args)]
pub(crate) struct SeriesArgs {
    /// Symbol: AAPL or NASDAQ:AAPL
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) symbol: String,
    /// Interval [default: the only one stored]
    #[arg(long, value_parser = value_parsers::interval(), hide_possible_values = true)]
    pub(crate) interval: Option<Interval>,
}

#[derive(Debug, Args)]
pub(crate) struct SelectionArgs {
    /// Symbols [default: all]
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) symbols: Vec<String>,
    /// Only this interval
    #[arg(long, value_parser = value_parsers::interval(), hide_possible_values = true)]
    pub(crate) interval: Option<Interval>,
}

#[derive(Debug, Args)]
pub(crate) struct RangeArgs {
    /// First open time
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Open time to end before
    #[arg(long, value_name = "TIME")]
    to: Option<Timestamp>,
}

impl RangeArgs {
    pub(crate) fn range(&self) -> Result<TimeRange, CliError> {
        TimeRange::new(self.from, self.to).map_err(|error| CliError::usage(error.to_string()))
    }
}

/// For commands that only read.
#[derive(Debug, Args)]
pub(crate) struct RowsArgs {
    #[command(flatten)]
    output: OutputArgs,
    /// Only these columns, in this order, by the names that they have in CSV and JSON
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    columns: Vec<String>,
}

impl RowsArgs {
    /// How rows are printed.
    pub(crate) fn form(self) -> Form {
        Form { format: self.output.format, columns: self.columns }
    }
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct OutputArgs {
    /// Form of the result
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}
