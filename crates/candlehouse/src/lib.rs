//! The command line of Candlehouse, as a library so that `main.rs` stays small.

mod args;
mod chart;
mod cli;
mod commands;
mod confirmation;
mod db_url;
mod error;
mod logging;
mod name_pattern;
mod named_database;
mod output;
mod preferences;
mod progress;
mod run;
mod series_lookup;
mod series_suggestions;
mod serve;
mod settings;
mod sharing;
mod shutdown;
mod store;
mod unfinished;
mod value_parsers;
mod wanted_symbol;

pub use run::main;

/// The recipes for Rust are compiled, and run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/sharing.md")]
mod sharing_recipes {}
