#![doc = include_str!("../README.md")]

mod cancel;
mod config;
mod connection;
mod drain;
mod engine;
mod error;
mod execute;
mod executor;
mod health;
mod insert;
mod library;
mod library_check;
mod lifecycle;
mod query;
mod running;
mod session;
pub mod store;
mod stream;
mod text;
mod uri;
mod worker;

pub use config::{ChdbConfig, Location};
pub use executor::ChdbExecutor;
pub use library::find as find_library;
