#![doc = include_str!("../README.md")]

mod child;
mod cluster;
mod config;
mod documents;
mod engine;
mod error;
mod program;
mod server;
mod start;
mod user;

pub use child::run_if_child;
pub use cluster::Cluster;
pub use config::{LogLevel, ServerConfig};
pub use error::Error;
pub use server::{Server, Stopped};
pub use user::{Access, User};
