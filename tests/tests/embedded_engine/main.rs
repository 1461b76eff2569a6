//! What the embedded engine promises beyond the port.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "everything here is a test"
)]

mod child;
mod closing;
mod connections;
mod exit;
mod fifo;
mod inserts;
mod library;
mod location;
mod numbers;
mod options;
mod permits;
mod processes;
mod settings;
mod signals;

use tokio::sync::{Mutex, MutexGuard};

/// Keeps the other tests of this process away from its engine, which is open at one location.
async fn alone() -> MutexGuard<'static, ()> {
    static ENGINE: Mutex<()> = Mutex::const_new(());
    ENGINE.lock().await
}
