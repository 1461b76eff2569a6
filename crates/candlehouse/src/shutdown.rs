//! The signals that ask the program to end.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use crate::error::{CliError, report};

/// Requests to end: an interrupt, and the termination signal.
pub(crate) struct Shutdown {
    interrupt: Signal,
    terminate: Signal,
}

impl Shutdown {
    /// From now on a request to end no longer ends the process by itself.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Hears the first request for a command that obeys it and then closes the store. The second
    /// ends the process at once, also while the command is busy and has not heard the first: neither
    /// destructors nor the handlers of the engine's library run, as after a crash.
    pub(crate) fn listen_twice() -> io::Result<oneshot::Receiver<CliError>> {
        let mut shutdown = Self::listen()?;
        let (tell, first) = oneshot::channel();
        tokio::spawn(async move {
            // A command that has ended need not hear it.
            drop(tell.send(shutdown.next().await));
            let code = shutdown.next().await.exit_code();
            report(&CliError::Insisted { code });
            signal_hook::low_level::exit(code.into());
        });
        Ok(first)
    }

    /// Waits for the next request, and gives the error of a command that obeys it.
    pub(crate) async fn next(&mut self) -> CliError {
        tokio::select! {
            _ = self.interrupt.recv() => CliError::Interrupted,
            _ = self.terminate.recv() => CliError::Terminated,
        }
    }
}
