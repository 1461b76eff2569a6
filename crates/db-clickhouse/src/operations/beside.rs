//! Work that would keep other tasks waiting.

use tokio::task::{JoinError, spawn_blocking};

/// As much as is worked on at once where other tasks wait, in bytes: about a millisecond.
pub(super) const PIECE: usize = 1 << 20;

/// Runs work on `bytes` of rows: on a thread that may block, unless they are few.
///
/// # Errors
/// The work panicked on that thread, or the runtime is shutting down.
pub(super) async fn beside<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinError> {
    if bytes <= PIECE { Ok(work()) } else { spawn_blocking(work).await }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[tokio::test]
    async fn much_work_is_done_on_another_thread_and_little_here() {
        let here = thread::current().id();
        let place = || thread::current().id();
        assert_eq!(beside(PIECE, place).await.unwrap(), here);
        assert_ne!(beside(PIECE + 1, place).await.unwrap(), here);
    }
}
