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
        "cannot tell the format of {path:?} from its name: end it in .csv, .csv.gz, .csv.zst, \
         .parquet, .arrow, .feather or .ipc, or name the format with --format"
    )]
    UnknownExtension {
        /// The file.
        path: PathBuf,
    },
    /// The format cannot be packed so.
    #[error("{format} has no compression {compression}: choose one of {}", known.join(", "))]
    Compression {
        /// The format.
        format: &'static str,
        /// What was asked for.
        compression: &'static str,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// The name of a CSV file says that it is packed otherwise.
    #[error("{path:?} would be taken for what it is not: end its name in .{ending}")]
    Ending {
        /// The file.
        path: PathBuf,
        /// What its name should end in.
        ending: &'static str,
    },
    /// A column that no export has.
    #[error("there is no column {name:?}: there are {}", known.join(", "))]
    UnknownColumn {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A column that is named twice.
    #[error("the column {name} is named twice")]
    RepeatedColumn {
        /// The column.
        name: String,
    },
    /// The folder is to be kept.
    #[error(
        "the folder {path:?} is not empty: choose another, or replace what it holds with --force"
    )]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds what no export has written, which is never replaced.
    #[error("the folder {path:?} holds {found:?}, which no export wrote: choose another folder")]
    ForeignFile {
        /// The folder.
        path: PathBuf,
        /// What is in it.
        found: PathBuf,
    },
    /// What is there is no folder, or is the one that the program works in.
    #[error("an export into folders cannot take the place of {path:?}: name another folder")]
    NotAFolder {
        /// The path.
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
