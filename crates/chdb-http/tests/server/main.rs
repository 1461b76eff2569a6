//! The program, from the outside: as the official client, `curl` and plain sockets see it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod access;
mod cancel;
mod client;
mod exceptions;
mod forms;
mod http;
mod program;
