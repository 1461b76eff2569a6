#![doc = include_str!("../README.md")]

mod config;
mod error;
mod exception;
mod http;
mod insert;
mod limits;
mod manager;
mod request;
mod stream;
mod tls;
mod trust;

pub use config::ClickHouseConfig;
pub use manager::ClickHouseManager;
