//! Why a command failed, and how a person is told.

use std::error::Error;
use std::io::{self, Write};
use std::iter;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitStatus;

use candle_files::{ExportError, ImportError};
use candle_repository::{CandleError, ModelError};
use db_port::DbError;
use metrics_exporter_prometheus::BuildError;
use symbol_repository::SymbolError;

use crate::chart::ChartError;
use crate::output::{OutputError, printable};
use crate::preferences::Preferences;
use crate::settings::SettingsError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error("{message}")]
    Usage { message: String },
    #[error("{message}")]
    NotFound { message: String },
    #[error("{message}")]
    Refused { message: String },
    #[error("{} of {files} files were not imported: {}", failed.len(), failed.join(", "))]
    Imports { failed: Vec<String>, files: usize },
    #[error("the folder {} cannot be read", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("nothing was changed, because it was not confirmed")]
    Declined,
    #[error("interrupted")]
    Interrupted,
    #[error("terminated")]
    Terminated,
    #[error("asked to end a second time, so the store was not closed")]
    Insisted { code: u8 },
    #[error("the signals that end the program cannot be heard")]
    Signals { source: io::Error },
    #[error("the async runtime did not start")]
    Runtime { source: io::Error },
    #[error("a worker thread ended early")]
    Worker(#[from] tokio::task::JoinError),
    #[error("cannot listen on {address}: choose another address with {option}")]
    Listen { address: SocketAddr, option: &'static str, source: io::Error },
    #[error("the store cannot be shared: {} cannot be used: {reason}", path.display())]
    Entry { path: PathBuf, reason: String },
    #[error(
        "the server of the store (process {process}) has ended ({status}), and so nobody can use \
         the store through this process: see {} for the cause, and start this again",
        log.display()
    )]
    ServerLost { process: u32, status: ExitStatus, log: PathBuf },
    #[error(transparent)]
    ClickHouse(#[from] chdb_server::Error),
    #[error("the script that fetches the engine cannot be run")]
    EngineScript { source: io::Error },
    #[error("the engine was not installed: see above")]
    EngineInstall,
    #[error("{} cannot be written", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("metrics cannot be collected")]
    Metrics(#[from] BuildError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Chart(#[from] ChartError),
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Candle(#[from] CandleError),
    #[error(transparent)]
    Symbol(#[from] SymbolError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl CliError {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into() }
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::NotFound { message: message.into() }
    }

    /// A file whose candles cannot be stored.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::Refused { message: message.into() }
    }

    /// What listening on `address`, which `option` names, has failed with.
    pub(crate) fn listen(address: SocketAddr, option: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::Listen { address, option, source }
    }

    /// The exit codes that `--help` lists.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. }
            | Self::Settings(_)
            | Self::Output(
                OutputError::UnknownColumn { .. } | OutputError::RepeatedColumn { .. },
            )
            | Self::Export(
                ExportError::UnknownExtension { .. }
                | ExportError::BinaryToStdout { .. }
                | ExportError::Compression { .. }
                | ExportError::Ending { .. }
                | ExportError::UnknownColumn { .. }
                | ExportError::RepeatedColumn { .. },
            )
            | Self::Chart(ChartError::TooNarrow { .. } | ChartError::TooLow { .. })
            | Self::Candle(
                CandleError::NotDivisible { .. }
                | CandleError::OpensTooEarly { .. }
                | CandleError::Conflict { .. },
            )
            | Self::Model(ModelError::InvalidSymbol { .. })
            | Self::Symbol(SymbolError::Model(ModelError::InvalidSymbol { .. })) => 2,
            Self::Import(_) | Self::Imports { .. } | Self::Refused { .. } => 3,
            Self::NotFound { .. } => 4,
            Self::Interrupted => 130,
            Self::Terminated => 143,
            Self::Insisted { code } => *code,
            _ => 1,
        }
    }

    /// The error of the database that this is or comes from.
    pub(crate) fn database(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            _ => self.causes().find_map(|cause| cause.downcast_ref()),
        }
    }

    /// The error, its causes and what to do, for a line of a report.
    pub(crate) fn in_one_line(&self) -> String {
        let mut text = self.to_string();
        for part in self.causes().map(ToString::to_string).chain(self.advice().map(Into::into)) {
            text.push_str(": ");
            text.push_str(&part);
        }
        printable(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
    }

    fn causes(&self) -> impl Iterator<Item = &(dyn Error + 'static)> {
        iter::successors(self.source(), |cause| (*cause).source())
    }

    /// What to do about exceptions that follow from how the store was set up.
    fn advice(&self) -> Option<&'static str> {
        match self.database()?.code()? {
            60 => Some("The store has no such table yet: run `candlehouse init`."),
            81 => Some("The database does not exist yet: run `candlehouse init`."),
            _ => None,
        }
    }
}

/// Writes the error and its causes to standard error.
pub(crate) fn report(error: &CliError) {
    let mut text = format!("error: {error}\n");
    for cause in error.causes() {
        text.push_str(&format!("  caused by: {cause}\n"));
    }
    if let Some(advice) = error.advice() {
        text.push_str(&format!("  {advice}\n"));
    }
    // There is nowhere left to report a failure to report.
    drop(io::stderr().write_all(printable_lines(&text).as_bytes()));
}

/// Tells a person something beside the result.
pub(crate) fn note(text: &str) {
    if !Preferences::stated().quiet {
        // A note that cannot be shown changes nothing.
        drop(writeln!(io::stderr(), "note: {}", printable_lines(text)));
    }
}

/// Names of files and symbols may hold what a terminal would obey.
fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}
