#![doc = include_str!("../README.md")]

mod config;
mod error;
mod exception;
mod http;
mod insert;
mod limits;
mod manager;
mod request;
mod secret;
mod stream;
mod url;

pub use config::ClickHouseConfig;
pub use manager::ClickHouseManager;
