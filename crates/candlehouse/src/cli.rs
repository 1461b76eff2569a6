//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use candle_files::ExportFormat;
use candle_repository::{Calendar, Interval, TimeRange, Timestamp};
use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use symbol_repository::{AssetClass, Decimal, SymbolStatus};
use tracing::level_filters::LevelFilter;

use crate::chart::Charset;
use crate::error::CliError;
use crate::output::Format;
use crate::sharing::ClickHouseArgs;
use crate::value_parsers;

const AFTER_HELP: &str = "\
Times are UTC, written 2013-03-01 or 2013-03-01T09:30. Ranges begin at --from and end before --to.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a file was refused, 4 no such store,
symbol or candles, 130 interrupted. An empty answer to a question about what is there is no error.";

/// Market data in ClickHouse: import, query, resample, export and chart candles.
#[derive(Debug, Parser)]
#[command(name = "candlehouse", version, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    /// Database: chdb:PATH, chdb::memory:, http(s)://user:password@host:port/database,
    /// clickhouse://... (several hosts with commas between them), or env: for the server that the
    /// CLICKHOUSE_* variables name [default: a store under your data folder]
    #[arg(long, global = true, env = "CANDLEHOUSE_DB", hide_env_values = true, value_name = "URL")]
    pub(crate) db: Option<String>,
    /// What is logged to standard error: off, error, warn, info, debug or trace
    #[arg(
        long,
        global = true,
        env = "CANDLEHOUSE_LOG",
        value_name = "LEVEL",
        value_parser = value_parsers::log_level,
        default_value = "warn"
    )]
    pub(crate) log: LevelFilter,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the tables that are not there yet
    Init,
    /// Store candles from CSV files, or replace what is stored with what they say
    Import(ImportArgs),
    /// Show candles
    Candles(CandlesArgs),
    /// Show the newest candles of some or all symbols
    Latest(LatestArgs),
    /// Show what is stored, and where candles are missing
    Coverage(CoverageArgs),
    /// Show candles of a longer interval, computed by the database
    ///
    /// A range is widened to whole candles of that interval.
    Resample(ResampleArgs),
    /// List, add and delist symbols
    Symbols(SymbolsArgs),
    /// Write candles to a CSV, Parquet or Arrow file
    Export(ExportArgs),
    /// Draw candles
    Chart(ChartArgs),
    /// Check that the database works, and show what it holds
    ///
    /// The report is printed also when it does not; then the exit code is 1.
    Health(HealthArgs),
    /// Let other processes use an embedded store, and answer health probes, until interrupted
    ///
    /// /livez answers while the program runs, /readyz says whether the database works, /metrics
    /// has figures for Prometheus. While an embedded store is served, every other command on the
    /// same folder goes through this process, and with --clickhouse-user other programs can, too.
    Serve(ServeArgs),
    /// Store real candles of five stocks and show what can be done with them
    Demo,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Files: CSV with a header, or Binance klines
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Symbol of every row, where the file does not say: AAPL or NASDAQ:AAPL
    #[arg(long, value_parser = value_parsers::symbol)]
    pub(crate) symbol: Option<String>,
    /// Exchange of symbols without one [default: that of the registered symbol of the name]
    #[arg(long, value_parser = value_parsers::exchange)]
    pub(crate) exchange: Option<String>,
    /// Interval [default: found from the times]
    #[arg(long)]
    pub(crate) interval: Option<Interval>,
    /// Store the good rows of a file that has bad ones, and write the bad ones to FILE.rejects.csv
    #[arg(long)]
    pub(crate) skip_bad: bool,
    /// Asset class to register new symbols with
    #[arg(long, default_value = "other")]
    pub(crate) asset_class: AssetClass,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CandlesArgs {
    #[command(flatten)]
    pub(crate) series: SeriesArgs,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// Only the newest N
    #[arg(
        long,
        value_name = "N",
        value_parser = value_parser!(u64).range(1..),
        allow_negative_numbers = true,
        conflicts_with_all = ["from", "to"]
    )]
    pub(crate) last: Option<u64>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LatestArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Candles of each series
    #[arg(
        short = 'n',
        long = "count",
        value_name = "N",
        value_parser = value_parser!(u64).range(1..),
        allow_negative_numbers = true,
        default_value_t = 1
    )]
    pub(crate) count: u64,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CoverageArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// When candles are expected
    #[arg(long, value_enum, default_value_t)]
    pub(crate) calendar: CalendarArg,
    /// List every gap
    #[arg(long)]
    pub(crate) gaps: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum CalendarArg {
    /// Continuous for crypto and unknown asset classes, weekdays for all others
    #[default]
    Auto,
    /// Around the clock
    Continuous,
    /// Monday to Friday, UTC
    Weekdays,
}

impl CalendarArg {
    pub(crate) const fn of(self, class: Option<AssetClass>) -> Calendar {
        match (self, class) {
            (Self::Continuous, _)
            | (Self::Auto, None | Some(AssetClass::Crypto | AssetClass::Other)) => {
                Calendar::Continuous
            }
            (Self::Weekdays, _) | (Self::Auto, Some(_)) => Calendar::Weekdays,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ResampleArgs {
    /// Symbol: AAPL or NASDAQ:AAPL
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) symbol: String,
    /// Interval of the candles to compute, such as 1w
    pub(crate) into: Interval,
    /// Interval of the stored candles [default: the longest that adds up to the new one]
    #[arg(long)]
    pub(crate) interval: Option<Interval>,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SymbolsArgs {
    #[command(subcommand)]
    pub(crate) action: Option<SymbolsAction>,
    #[command(flatten)]
    pub(crate) filter: SymbolFilterArgs,
    /// Form of the result
    #[arg(long, value_enum, default_value_t, global = true)]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SymbolsAction {
    /// Register a symbol, or change what is registered
    Add(Box<SymbolAddArgs>),
    /// Mark a symbol as delisted
    Delist {
        /// Symbol: AAPL or NASDAQ:AAPL
        #[arg(value_parser = value_parsers::symbol)]
        symbol: String,
        /// Day of the delisting
        #[arg(long, value_name = "DATE")]
        date: NaiveDate,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SymbolFilterArgs {
    /// Only of this exchange
    #[arg(long, value_parser = value_parsers::exchange)]
    pub(crate) exchange: Option<String>,
    /// Only of this asset class
    #[arg(long)]
    pub(crate) asset_class: Option<AssetClass>,
    /// Only of this status
    #[arg(long)]
    pub(crate) status: Option<SymbolStatus>,
    /// Only names that begin so, in upper or lower case
    #[arg(long, value_name = "PREFIX", conflicts_with_all = ["exchange", "asset_class", "status"])]
    pub(crate) search: Option<String>,
}

impl SymbolFilterArgs {
    pub(crate) const fn is_empty(&self) -> bool {
        let Self { exchange, asset_class, status, search } = self;
        exchange.is_none() && asset_class.is_none() && status.is_none() && search.is_none()
    }
}

#[derive(Debug, Args)]
pub(crate) struct SymbolAddArgs {
    /// Symbol: AAPL or NASDAQ:AAPL
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) symbol: String,
    /// Asset class, such as equity or crypto; needed for a symbol that is not registered yet
    #[arg(long)]
    pub(crate) asset_class: Option<AssetClass>,
    /// Status: active, halted or delisted; one that is not delisted loses its day of delisting
    #[arg(long)]
    pub(crate) status: Option<SymbolStatus>,
    /// What is traded, such as BTC
    #[arg(long)]
    pub(crate) base: Option<String>,
    /// Currency of the prices, such as USD
    #[arg(long)]
    pub(crate) quote: Option<String>,
    /// Smallest step of a price, exact
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) tick_size: Option<Decimal>,
    /// Smallest step of an amount, exact
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) lot_size: Option<Decimal>,
    /// First day of trading
    #[arg(long, value_name = "DATE")]
    pub(crate) listed: Option<NaiveDate>,
}

/// What an export is written as.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExportFormatName {
    /// Text with a header, times as ISO 8601
    Csv,
    /// Columns, compressed with zstd
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

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// File to write; - is standard output
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    pub(crate) output: String,
    /// Format [default: by the file's extension]
    #[arg(long, value_enum)]
    pub(crate) format: Option<ExportFormatName>,
    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ChartArgs {
    #[command(flatten)]
    pub(crate) series: SeriesArgs,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// Draw candles of this longer interval
    #[arg(long, value_name = "INTERVAL")]
    pub(crate) resample: Option<Interval>,
    /// Columns [default: those of the terminal, else 80]
    #[arg(long)]
    pub(crate) width: Option<u16>,
    /// Rows
    #[arg(long, default_value_t = 24)]
    pub(crate) height: u16,
    /// Characters to draw with
    #[arg(long, value_enum, default_value_t)]
    pub(crate) charset: Charset,
}

#[derive(Debug, Args)]
pub(crate) struct HealthArgs {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Address to listen on; there is no access control, so choose who can reach it
    #[arg(
        long,
        value_name = "ADDR",
        value_parser = value_parsers::address,
        default_value = "127.0.0.1:9464"
    )]
    pub(crate) listen: SocketAddr,
    /// Longest that a readiness check takes
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = value_parsers::seconds,
        allow_negative_numbers = true,
        default_value = "5"
    )]
    pub(crate) ready_timeout: Duration,
    #[command(flatten)]
    pub(crate) clickhouse: ClickHouseArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SeriesArgs {
    /// Symbol: AAPL or NASDAQ:AAPL
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) symbol: String,
    /// Interval [default: the only one stored]
    #[arg(long)]
    pub(crate) interval: Option<Interval>,
}

#[derive(Debug, Args)]
pub(crate) struct SelectionArgs {
    /// Symbols [default: all]
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) symbols: Vec<String>,
    /// Only this interval
    #[arg(long)]
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

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct OutputArgs {
    /// Form of the result
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}
