//! What tests of several crates share: the conformance suite of the port's adapters, servers and
//! databases to test on, and a proxy that does harm.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

pub mod cluster;
pub mod conformance;
pub mod container;
pub mod embedded;
pub mod fault;
pub mod fixtures;
pub mod number_tables;
pub mod ping;
pub mod ports;
pub mod query_log;
pub mod server;
pub mod table;
pub mod temp_database;
pub mod wait;
pub mod zookeeper;

/// The example of the README, which runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
