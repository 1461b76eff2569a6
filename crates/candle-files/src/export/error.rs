//! What went wrong with an export.

use std::io;
use std::path::PathBuf;

use arrow_schema::ArrowError;
use market_model::ModelError;

/// An error of any kind.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The result of an export.
pub(crate) type Result<T, E = ExportError> = std::result::Result<T, E>;

/// What went wrong with an export; no file was left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The name of the file does not say what to write.
    #[error(
        "cannot tell the format of {path:?} from its name: end it in .csv, .parquet, .arrow, \
         .feather or .ipc, or name the format with --format"
    )]
    UnknownExtension {
        /// The file.
        path: PathBuf,
    },
    /// A binary format was to go to standard output.
    #[error("only CSV goes to standard output: write {format} to a file, --output FILE")]
    BinaryToStdout {
        /// The format.
        format: &'static str,
    },
    /// There is a file already.
    #[error("{path:?} exists: choose another name, or replace it with --force")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// What is there cannot be replaced by a file.
    #[error("{path:?} is not a regular file: name a file, or - for standard output")]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The folder of the file does not exist.
    #[error("cannot write {path:?}: there is no folder {folder:?}")]
    NoFolder {
        /// The file.
        path: PathBuf,
        /// Its folder.
        folder: PathBuf,
    },
    /// Rows that are not candles.
    #[error("the rows to export are not candles")]
    Columns {
        /// Which column, and what is wrong with it.
        source: BoxError,
    },
    /// Columns that make no batch.
    #[error("the columns to export do not fit together")]
    Batch {
        /// The cause.
        source: ArrowError,
    },
    /// Values that are none of the model, such as an open time out of range.
    #[error("what is to export cannot be candles")]
    Model {
        /// The cause.
        #[from]
        source: ModelError,
    },
    /// The file system, or the reader of standard output, did not take it.
    #[error("cannot write {target}")]
    Write {
        /// The file, or standard output.
        target: String,
        /// The cause.
        source: BoxError,
    },
}

impl ExportError {
    /// What writing to `target` has failed with.
    pub(crate) fn write<E: Into<BoxError>>(target: impl Into<String>) -> impl FnOnce(E) -> Self {
        let target = target.into();
        move |source| Self::Write { target, source: source.into() }
    }

    /// Whether the reader of standard output went away, as `head` does once it has seen enough.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        match self {
            Self::Write { source, .. } => source
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe),
            _ => false,
        }
    }
}
