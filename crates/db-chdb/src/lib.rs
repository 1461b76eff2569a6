#![doc = include_str!("../README.md")]

mod config;
mod departures;
mod engine;
mod error;
mod executor;
mod image;
mod insert;
mod library;
mod operation;
mod query;
mod session;
pub mod store;
mod uri;
mod worker;

pub use config::{ChdbConfig, Location};
pub use executor::ChdbExecutor;
pub use library::find as find_library;
