//! What every adapter of the port must do, as free functions over `&dyn QueryExecutor`: one for
//! each bullet of the port's documentation, each in a fresh database.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

pub mod cluster;
pub mod conformance;
pub mod container;
pub mod embedded;
pub mod fault;
pub mod fresh;
pub mod ping;
pub mod ports;
pub mod query_log;
pub mod server;
pub mod stocks;
pub mod table;
pub mod zookeeper;

/// The example of the README, which runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
