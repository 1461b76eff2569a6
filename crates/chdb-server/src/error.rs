//! Why there is no server.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use db_port::DbError;

/// Why there is no server. Nothing is left running, and nothing else changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot work.
    #[error("invalid configuration of {key}: {reason}")]
    Configuration {
        /// The setting, as the builder names it.
        key: &'static str,
        /// What is wrong with it and what would be right.
        reason: String,
    },
    /// The engine's library or the store's folder cannot be used.
    #[error(transparent)]
    Store(#[from] DbError),
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: choose another port, or 0 for one that is free")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// There is no program to be the child process.
    #[error(
        "there is no program to run the server in: call chdb_server::run_if_child() first in main, \
         or build chdb-server and put it beside this program or on the path, or name it by \
         CHDB_SERVER_PROGRAM; looked for {}",
        list(looked_for)
    )]
    NoProgram {
        /// Where it was looked for.
        looked_for: Vec<PathBuf>,
    },
    /// The system refused something that starting needs.
    #[error("cannot {what}")]
    System {
        /// What was to be done.
        what: String,
        /// What the system says.
        source: io::Error,
    },
    /// The child process ended before the server answered.
    #[error("the server ended while it started ({status}){}", last_output(output))]
    Ended {
        /// How it ended.
        status: ExitStatus,
        /// What it wrote to standard error, or else the end of its log.
        output: String,
    },
    /// The engine did not do what starting needs; it was ended.
    #[error("the server does not start{}", last_output(output))]
    Refused {
        /// What the engine wrote to standard error.
        output: String,
    },
    /// The server did not answer in time, and was ended.
    #[error(
        "the server did not answer within {limit:?}: allow it more time, or see what keeps it{}",
        last_output(output)
    )]
    Late {
        /// The time that it had.
        limit: Duration,
        /// As in [`Error::Ended`].
        output: String,
    },
}

impl Error {
    pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::System { what, source }
    }
}

fn last_output(output: &str) -> String {
    match output {
        "" => String::new(),
        output => format!("; its last output:\n{output}"),
    }
}

fn list(places: &[PathBuf]) -> String {
    places.iter().map(|place| place.display().to_string()).collect::<Vec<_>>().join(", ")
}
