//! The command line.

use clap::{Parser, Subcommand};
use tracing::level_filters::LevelFilter;

use crate::commands::candles::CandlesArgs;
use crate::commands::chart::ChartArgs;
use crate::commands::codec::CodecArgs;
use crate::commands::coverage::CoverageArgs;
use crate::commands::delete::DeleteArgs;
use crate::commands::export::ExportArgs;
use crate::commands::health::HealthArgs;
use crate::commands::import::ImportArgs;
use crate::commands::init::InitArgs;
use crate::commands::latest::LatestArgs;
use crate::commands::resample::ResampleArgs;
use crate::commands::symbols::SymbolsArgs;
use crate::serve::ServeArgs;
use crate::value_parsers;

const AFTER_HELP: &str = "\
Times are UTC, written 2013-03-01 or 2013-03-01T09:30. Ranges begin at --from and end before --to.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a file was refused, 4 no such store,
symbol or candles, 130 interrupted, 143 terminated. An empty answer to a question about what is
there is no error.";

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
    Init(InitArgs),
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
    /// Delete the candles of a symbol, all or those of a range
    ///
    /// Says how many there are and asks before it deletes any. The symbol stays registered:
    /// `symbols delete` removes that.
    Delete(DeleteArgs),
    /// List, add, delist, rename and delete symbols
    Symbols(SymbolsArgs),
    /// Write candles to a CSV, Parquet or Arrow file
    Export(ExportArgs),
    /// Draw candles
    Chart(ChartArgs),
    /// Show how prices and volumes are compressed, or have them rewritten with another codec
    ///
    /// The database rewrites them in the background, part by part, and needs room for the largest
    /// part once more; everything can be used meanwhile.
    Codec(CodecArgs),
    /// Check that the database works, and show what it holds
    ///
    /// The report is printed also when it does not; then the exit code is 1.
    Health(HealthArgs),
    /// Let other processes use an embedded store, and answer health probes, until asked to end
    ///
    /// /livez answers while the program runs, /readyz says whether the database works, /metrics
    /// has figures for Prometheus. While an embedded store is served, every other command on the
    /// same folder goes through this process, and with --clickhouse-user other programs can, too.
    Serve(ServeArgs),
    /// Store real candles of five stocks and show what can be done with them
    ///
    /// Where no database is named, they go to a store of their own beside yours.
    Demo,
}
