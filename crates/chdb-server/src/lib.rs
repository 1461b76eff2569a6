#![doc = include_str!("../README.md")]

mod child;
mod cluster;
mod config;
mod connections;
mod engine;
mod error;
mod folder;
mod program;
mod server;
mod server_document;
mod start;
mod user;
mod users_document;
mod xml;

pub use child::run_if_child;
pub use cluster::Cluster;
pub use config::{LogLevel, ServerConfig};
pub use error::Error;
pub use server::{Server, Stopped};
pub use user::{Access, User};
