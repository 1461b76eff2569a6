//! Why output was not written.

use std::io;

/// The result of writing output.
pub(crate) type Result<T, E = OutputError> = std::result::Result<T, E>;

/// What went wrong while writing output.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    /// The other end did not take it.
    #[error("cannot write the output")]
    Write {
        /// The cause.
        #[from]
        source: io::Error,
    },
}

impl OutputError {
    /// Whether the reader went away, as `head` does once it has seen enough.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        let Self::Write { source } = self;
        source.kind() == io::ErrorKind::BrokenPipe
    }
}
