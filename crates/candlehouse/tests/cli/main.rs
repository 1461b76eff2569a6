//! The program from the outside: what a person types, and what comes back.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod bad_file;
mod bad_usage;
mod codec;
mod correction;
mod coverage;
mod database;
mod delete;
mod delisting;
mod demo;
mod engine;
mod export;
mod health;
mod import;
mod klines;
mod lock;
mod logging;
mod other_clients;
mod output;
mod placement;
mod program;
mod python;
mod query;
mod rename;
mod round_trip;
mod serve;
mod server;
mod serving;
mod shared_entry;
mod shared_reads;
mod sharing;
mod stocks;
mod store;
mod symbols;
mod terminal;
