#![doc = include_str!("../README.md")]

mod call;
mod config;
mod manager;
mod operations;
mod policy;
mod session;
mod telemetry;
mod wire;

pub use config::{ClickHouseConfig, Compression};
pub use db_port;
pub use manager::ClickHouseManager;
pub use operations::reconcile::InsertOutcome;
