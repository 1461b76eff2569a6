#![doc = include_str!("../README.md")]

mod config;
mod connection;
mod engine;
mod error;
mod execute;
mod executor;
mod health;
mod idle;
mod insert;
mod killer;
mod library;
mod library_check;
mod options;
mod query;
mod running;
mod session;
mod settings;
mod setup;
mod share;
mod signals;
pub mod store;
mod stream;
mod tables;
mod text;
mod under_way;
mod uri;
mod work;
mod worker;

pub use config::{ChdbConfig, Location};
pub use db_port;
pub use executor::ChdbExecutor;
pub use library::find as find_library;
