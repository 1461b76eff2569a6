#![doc = include_str!("../README.md")]

mod child;
mod cluster;
mod config;
mod connections;
mod engine;
mod error;
mod folder;
mod launch;
mod log_level;
mod percent;
mod program;
mod server;
mod server_document;
mod start;
mod task;
mod user;
mod users_document;
mod validate;
mod xml;

pub use child::run_if_child;
pub use cluster::Cluster;
pub use config::ServerConfig;
pub use error::Error;
pub use log_level::LogLevel;
pub use server::{Server, Stopped};
pub use user::{Access, User};
