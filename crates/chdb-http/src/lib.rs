#![doc = include_str!("../README.md")]

mod answer;
mod auth;
mod compression;
mod engine;
mod error;
mod exception;
mod ffi;
mod handler;
mod kill;
mod lexer;
mod multipart;
mod options;
mod pipe;
mod processes;
mod request;
mod rows;
mod run;
mod server;
mod session;
mod sql;
mod words;

pub use error::Error;
pub use options::Options;
pub use server::Server;
