//! The options of `import`.

use std::path::{Path, PathBuf};

use candle_files::{
    DateOrder, DecimalMark, ImportOptions, Stamp, TimeUnit, Timezone, published_symbol,
};
use candle_repository::Interval;
use clap::Args;
use symbol_repository::AssetClass;

use crate::args::OutputArgs;
use crate::error::CliError;
use crate::name_pattern::{NamePattern, unpacked};
use crate::value_parsers;

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Files, patterns such as 'data/*.csv', folders whose files are all read, and - for standard
    /// input: CSV, Parquet or Arrow, also packed with gzip, zstd or zip
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Symbol of every row, where the file does not say: AAPL, NASDAQ:AAPL, or :AAPL without an exchange
    #[arg(long, value_parser = value_parsers::symbol)]
    pub(crate) symbol: Option<String>,
    /// Symbol, where the file does not say it, and perhaps exchange and interval, from the names of the
    /// files, such as '{symbol}-{interval}-*.csv' [default pattern: {symbol}]
    #[arg(
        long,
        value_name = "PATTERN",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "{symbol}",
        conflicts_with = "symbol"
    )]
    pub(crate) symbol_from_name: Option<NamePattern>,
    /// Exchange of symbols without one [default: that of the registered symbol of the name]
    #[arg(long, value_parser = value_parsers::exchange)]
    pub(crate) exchange: Option<String>,
    /// Interval [default: found from the times]
    #[arg(long, value_parser = value_parsers::interval(), hide_possible_values = true)]
    pub(crate) interval: Option<Interval>,
    /// What the times count since 1970: seconds, milliseconds, microseconds or nanoseconds
    /// [default: told by their size, from nine digits on]
    #[arg(long, value_name = "UNIT")]
    pub(crate) time_unit: Option<TimeUnit>,
    /// Clock of times without an offset, with its summer time, and of daily candles: a name such as
    /// America/New_York [default: UTC]
    #[arg(long, value_name = "NAME")]
    pub(crate) timezone: Option<Timezone>,
    /// Which end of its candle a time names: open, or close for candles named by their end or last day
    #[arg(long, value_name = "END", default_value_t = Stamp::Open)]
    pub(crate) stamp: Stamp,
    /// Order of dates such as 01/02/2024, where they do not tell: dmy, mdy or ymd
    #[arg(long, value_name = "ORDER")]
    pub(crate) date_order: Option<DateOrder>,
    /// What sets off decimals, where the numbers do not tell: point or comma
    #[arg(long, value_name = "MARK")]
    pub(crate) decimal: Option<DecimalMark>,
    /// Store the good rows of a file that has bad ones, and write the bad ones to FILE.rejects
    #[arg(long)]
    pub(crate) skip_bad: bool,
    /// Let a later file of the run correct an earlier one where both have a candle of one time; otherwise a
    /// file that differs from an earlier one is refused
    #[arg(long)]
    pub(crate) last_wins: bool,
    /// Say how each file is read, where its candles go, and what storing them would do; store nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Store candles also of days after the one on which their symbol was delisted
    #[arg(long)]
    pub(crate) after_delisting: bool,
    /// Asset class to register new symbols with
    #[arg(long, default_value = "other")]
    pub(crate) asset_class: AssetClass,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl ImportArgs {
    /// Refuses options that contradict each other.
    pub(super) fn check(&self) -> Result<(), CliError> {
        match (self.symbol.as_deref(), self.exchange.as_deref()) {
            (Some(symbol), Some(exchange)) if symbol.starts_with(':') && !exchange.is_empty() => {
                Err(CliError::usage(format!(
                    "--symbol {symbol} means no exchange, and --exchange {exchange} names one: drop \
                     one of the two"
                )))
            }
            _ => Ok(()),
        }
    }

    /// What the options, and the name of the file where they ask it, say about a file.
    pub(super) fn about(&self, file: &Path) -> Result<ImportOptions, CliError> {
        let (mut symbol_otherwise, mut interval) = (None, self.interval);
        if let Some(pattern) = &self.symbol_from_name {
            let found = pattern.find(file).ok_or_else(|| {
                CliError::refused(format!(
                    "the name of {} is not as --symbol-from-name says: name another pattern, or the \
                     symbol with --symbol",
                    file.display()
                ))
            })?;
            let name = file.to_str().map(|name| Path::new(unpacked(name)));
            let published = name.and_then(published_symbol).filter(|_| pattern.takes_any_name());
            symbol_otherwise = Some(published.map_or(found.symbol, ToOwned::to_owned));
            interval = interval.or(found.interval);
        }
        Ok(ImportOptions {
            symbol: self.symbol.clone(),
            symbol_otherwise,
            interval,
            time_unit: self.time_unit,
            decimal_mark: self.decimal,
            timezone: self.timezone,
            stamp: self.stamp,
            date_order: self.date_order,
            skip_bad: self.skip_bad,
        })
    }
}
