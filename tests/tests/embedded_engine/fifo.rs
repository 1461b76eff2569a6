//! A file that holds up whoever opens it, until the test lets go.

use std::fs::OpenOptions;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};

use candlehouse_tests::wait::LIMIT;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tempfile::TempDir;

/// A named pipe. Opening it to read takes until somebody opens it to write, and nothing in between
/// can be cancelled.
pub(crate) struct Fifo {
    folder: TempDir,
    writer: Option<JoinHandle<()>>,
    let_go: Option<Sender<()>>,
    too_late: Arc<AtomicBool>,
}

impl Fifo {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fifo");
        mkfifo(&path, Mode::S_IRWXU).unwrap();
        let (let_go, told) = channel();
        let too_late = Arc::new(AtomicBool::new(false));
        let late = Arc::clone(&too_late);
        let writer = thread::spawn(move || {
            // A test that blocks its own way here fails and does not hang.
            late.store(
                told.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout),
                Ordering::SeqCst,
            );
            drop(OpenOptions::new().read(true).write(true).open(path).unwrap());
        });
        Self { folder, writer: Some(writer), let_go: Some(let_go), too_late }
    }

    /// What reads it, in SQL.
    pub(crate) fn rows(&self) -> String {
        let path = self.folder.path().join("fifo");
        format!("file('{}', 'LineAsString', 'line String')", path.display())
    }

    /// Whoever reads it gets an end of the file.
    pub(crate) fn let_go(mut self) {
        drop(self.let_go.take());
        self.writer.take().unwrap().join().unwrap();
        assert!(!self.too_late.load(Ordering::SeqCst), "held up for {LIMIT:?}");
    }
}
