#![doc = include_str!("../README.md")]

mod config;
mod connection;
mod engine;
mod error;
mod execute;
mod executor;
mod health;
mod insert;
mod killer;
mod library;
mod library_check;
mod options;
mod query;
mod running;
mod session;
mod settings;
mod share;
mod signals;
pub mod store;
mod stream;
mod text;
mod under_way;
mod uri;
mod work;
mod worker;

pub use config::{ChdbConfig, Location};
pub use executor::ChdbExecutor;
pub use library::find as find_library;
