#![doc = include_str!("../README.md")]

mod bounds;
mod call;
mod config;
mod connecting;
mod endpoints;
mod error;
mod exception;
mod failure;
mod handshake;
mod http;
mod insert;
mod joined;
mod kill;
mod limits;
mod manager;
mod pool;
mod progress;
mod protection;
mod reading;
mod reconcile;
mod request;
mod retry;
mod session;
mod statement;
mod stream;
mod telemetry;
mod tls;
mod trust;
mod version;

pub use config::ClickHouseConfig;
pub use manager::ClickHouseManager;
pub use reconcile::InsertOutcome;
