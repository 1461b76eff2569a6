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
    /// A column that was asked for is not there.
    #[error("there is no column {name:?}: --columns takes some of {known}")]
    UnknownColumn {
        /// As it was asked for.
        name: String,
        /// Those there are.
        known: String,
    },
    /// A column that was asked for twice.
    #[error("the column {name} is named twice: --columns takes each once")]
    RepeatedColumn {
        /// Its name.
        name: String,
    },
}

impl OutputError {
    /// Whether the reader went away, as `head` does once it has seen enough.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Write { source } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}
