#![doc = include_str!("../README.md")]

mod address;
mod child;
mod cluster;
mod config;
mod connections;
mod engine;
mod error;
mod folder;
mod launch;
mod log_level;
mod password_file;
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

pub use address::reachable;
pub use child::run_if_child;
pub use cluster::Cluster;
pub use config::ServerConfig;
pub use error::Error;
pub use log_level::LogLevel;
pub use password_file::{open_to_others, read_password};
pub use server::{Server, Stopped};
pub use user::{Access, User};
