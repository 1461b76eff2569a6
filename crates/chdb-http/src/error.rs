use std::net::SocketAddr;
use std::path::PathBuf;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The engine's library was not found, or is not whole; the text says where it was looked for.
    #[error("{0}")]
    Find(#[source] Source),
    /// The engine's library cannot be loaded.
    #[error("{path} could not be loaded; delete it and run `make engine` to fetch it again")]
    Library {
        /// The file.
        path: PathBuf,
        /// What the loader said.
        source: Source,
    },
    /// The engine did not start.
    #[error("the engine did not start on {place}: {reason}")]
    Engine {
        /// The folder, or memory.
        place: String,
        /// What is known.
        reason: String,
    },
    /// The threads that requests need cannot be started.
    #[error("the threads that requests need cannot be started")]
    Runtime(#[source] std::io::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}; choose another with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}
