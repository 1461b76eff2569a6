#![doc = include_str!("../README.md")]

mod address;
mod child;
mod cluster;
mod config;
mod connections;
mod engine;
mod error;
mod folder;
mod password_file;
mod program;
mod server;
mod server_document;
mod start;
mod user;
mod users_document;
mod xml;

pub use address::reachable;
pub use child::run_if_child;
pub use cluster::Cluster;
pub use config::{LogLevel, ServerConfig};
pub use error::Error;
pub use password_file::{open_to_others, read_password};
pub use server::{Server, Stopped};
pub use user::{Access, User};
