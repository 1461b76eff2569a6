//! One run of the program: from the command line to the exit code.

use std::future::pending;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use tokio::runtime::Builder;

use crate::cli::{Cli, Command};
use crate::commands::dispatch;
use crate::error::{CliError, report};
use crate::logging;
use crate::shutdown::Shutdown;
use crate::store::Store;

/// How long threads may take to notice that the command has ended.
const WIND_DOWN: Duration = Duration::from_millis(500);

/// Runs the command line that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    // `candlehouse serve` starts this program again as the server, which is another program then.
    chdb_server::run_if_child();
    let cli = Cli::parse();
    logging::start(cli.log);
    let result = match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let result = runtime.block_on(until_asked_to_end(cli));
            // A request to end does not wait for a file that is slow to read.
            runtime.shutdown_timeout(WIND_DOWN);
            result
        }
        Err(source) => Err(CliError::Runtime { source }),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

/// An interrupt or a termination signal drops the command, which ends the database's work. The
/// store is closed on every way out: a process must not end with the embedded engine open.
async fn until_asked_to_end(cli: Cli) -> Result<(), CliError> {
    let named = dispatch::database(&cli)?;
    let mut shutdown = listen(&cli.command)?;
    let located = tokio::select! {
        located = dispatch::locate(&cli.command, &named) => located,
        error = asked_to_end(&mut shutdown) => return Err(error),
    };
    let url = match located {
        Ok(url) => url,
        Err(error) => return dispatch::not_located(&cli.command, &named, error),
    };
    let store = Store::on(&url)?;
    let result = tokio::select! {
        result = dispatch::run(cli.command, &store, &url) => result,
        error = asked_to_end(&mut shutdown) => Err(error),
    };
    let closed = store.close().await;
    result.and(closed)
}

/// A server listens itself, and ends in an order of its own.
fn listen(command: &Command) -> Result<Option<Shutdown>, CliError> {
    match command {
        Command::Serve(_) => Ok(None),
        _ => Ok(Some(Shutdown::listen().map_err(|source| CliError::Signals { source })?)),
    }
}

async fn asked_to_end(shutdown: &mut Option<Shutdown>) -> CliError {
    match shutdown {
        Some(shutdown) => shutdown.next().await,
        None => pending().await,
    }
}
