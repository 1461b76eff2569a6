//! The server as its users meet it: a child process, its listeners, and what they may do there.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod authentication;
mod bad_input;
mod client;
mod isolation;
mod program;
mod resets;
mod shutdown;
mod start;
