//! The command line of Candlehouse, as a library so that `main.rs` stays small.

mod argument;
mod chart;
mod cli;
mod commands;
mod db_url;
mod error;
mod export;
mod import;
mod logging;
mod output;
mod progress;
mod resolve;
mod run;
mod serve;
mod sharing;
mod store;

pub use run::main;

/// The recipes for Rust are compiled, and run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/sharing.md")]
mod sharing_recipes {}
