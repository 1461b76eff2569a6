//! What the embedded engine promises beyond the port.

mod child;
mod exit;

mod library;
mod location;
mod numbers;
mod pool;
mod processes;

use tokio::sync::{Mutex, MutexGuard};

/// Keeps the other tests of this process away from its engine, which is open at one location.
async fn alone() -> MutexGuard<'static, ()> {
    static ENGINE: Mutex<()> = Mutex::const_new(());
    ENGINE.lock().await
}
