//! The command line.

use std::env;

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use tracing::level_filters::LevelFilter;

use crate::commands::candles::CandlesArgs;
use crate::commands::chart::ChartArgs;
use crate::commands::codec::CodecArgs;
use crate::commands::completions::CompletionsArgs;
use crate::commands::config::ConfigArgs;
use crate::commands::coverage::CoverageArgs;
use crate::commands::delete::DeleteArgs;
use crate::commands::engine::EngineArgs;
use crate::commands::export_args::ExportArgs;
use crate::commands::health::HealthArgs;
use crate::commands::import_args::ImportArgs;
use crate::commands::init::InitArgs;
use crate::commands::latest::LatestArgs;
use crate::commands::man::ManArgs;
use crate::commands::resample::ResampleArgs;
use crate::commands::symbols::SymbolsArgs;
use crate::preferences::Color;
use crate::serve::ServeArgs;
use crate::settings::{Given, Origin, Setting};
use crate::value_parsers;

const COMMON: &str = "Options of every command";

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
    /// clickhouse://... (several hosts with commas between them), env: for the server that the
    /// CLICKHOUSE_* variables name, or the name of a store in a settings file [default: a store
    /// under your data folder]
    #[arg(
        long,
        global = true,
        env = "CANDLEHOUSE_DB",
        hide_env_values = true,
        value_name = "URL",
        help_heading = COMMON
    )]
    pub(crate) db: Option<String>,
    /// What is logged to standard error: off, error, warn, info, debug or trace [default: warn]
    #[arg(
        long,
        global = true,
        env = "CANDLEHOUSE_LOG",
        value_name = "LEVEL",
        value_parser = value_parsers::log_levels(),
        hide_possible_values = true,
        help_heading = COMMON
    )]
    pub(crate) log: Option<LevelFilter>,
    /// When charts have colour [default: auto]
    #[arg(long, global = true, value_enum, value_name = "WHEN", help_heading = COMMON)]
    pub(crate) color: Option<Color>,
    /// Show neither notes nor progress, only results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = COMMON)]
    pub(crate) quiet: bool,
    /// Show what is done: as --log info, and given twice as --log debug
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = COMMON)]
    pub(crate) verbose: u8,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    OnStore(StoreCommand),
    /// Show the settings and where each comes from
    ///
    /// Options come first, then variables, then candlehouse.toml in the working folder, then
    /// candlehouse/candlehouse.toml in your configuration folder. Passwords are not shown.
    Config(ConfigArgs),
    /// Print what a shell reads to complete command lines
    Completions(CompletionsArgs),
    /// Fetch the ClickHouse engine that embedded stores run on
    Engine(EngineArgs),
    /// Print the manual, as a page for man
    Man(ManArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Make the tables that are not there yet
    Init(InitArgs),
    /// Store candles from CSV, Parquet and Arrow files, or replace what is stored with what they say
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
    /// Write candles to a CSV, Parquet or Arrow file, or to a folder of them
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

impl Cli {
    /// What the process was started with, and what of it is a setting. A mistake ends the process.
    pub(crate) fn parse_with_settings() -> (Self, Given) {
        let matches = Self::command().get_matches();
        let cli = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        let given = cli.given(&matches);
        (cli, given)
    }

    /// An empty variable counts as not set.
    fn given(&self, matches: &ArgMatches) -> Given {
        let is_empty = |variable| env::var_os(variable).is_none_or(|value| value.is_empty());
        let origin = |id, option, variable| match matches.value_source(id) {
            Some(ValueSource::EnvVariable) if is_empty(variable) => None,
            Some(ValueSource::EnvVariable) => Some(Origin::Variable(variable)),
            _ => Some(Origin::Option(option)),
        };
        let verbose = match self.verbose {
            0 => None,
            1 => Some(LevelFilter::INFO),
            _ => Some(LevelFilter::DEBUG),
        };
        let option = |name| Some(Origin::Option(name));
        Given {
            db: stated(self.db.clone(), origin("db", "--db", "CANDLEHOUSE_DB")),
            log: stated(verbose, option("--verbose"))
                .or(stated(self.log, origin("log", "--log", "CANDLEHOUSE_LOG"))),
            color: stated(self.color, option("--color")),
            quiet: stated(self.quiet.then_some(true), option("--quiet")),
        }
    }
}

fn stated<T>(value: Option<T>, origin: Option<Origin>) -> Option<Setting<T>> {
    Some(Setting { value: value?, origin: origin? })
}
