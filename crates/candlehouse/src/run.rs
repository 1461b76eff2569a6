//! One run of the program: from the command line to the exit code.

use std::future::pending;
use std::process::ExitCode;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::cli::{Cli, Command, StoreCommand};
use crate::commands::dispatch;
use crate::error::{CliError, report};
use crate::logging;
use crate::preferences::Preferences;
use crate::settings::{Given, Settings};
use crate::shutdown::Shutdown;
use crate::store::Store;

/// How long threads may take to notice that the command has ended.
const WIND_DOWN: Duration = Duration::from_millis(500);

type FirstRequest = oneshot::Receiver<CliError>;

/// Runs the command line that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    // `candlehouse serve` starts this program again as the server, which is another program then.
    chdb_server::run_if_child();
    let (cli, given) = Cli::parse_with_settings();
    match run(cli.command, given) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(command: Command, given: Given) -> Result<(), CliError> {
    let Some((command, settings)) = dispatch::without_store(command, given)? else {
        return Ok(());
    };
    Preferences { color: settings.color.value, quiet: settings.quiet.value }.state();
    logging::start(settings.log.value);
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| CliError::Runtime { source })?;
    let result = runtime.block_on(until_asked_to_end(command, &settings));
    // A request to end does not wait for a file that is slow to read.
    runtime.shutdown_timeout(WIND_DOWN);
    result
}

/// An interrupt or a termination signal drops the command, which ends the database's work. The
/// store is closed on every way out: a process must not end with the embedded engine open.
async fn until_asked_to_end(command: StoreCommand, settings: &Settings) -> Result<(), CliError> {
    let named = dispatch::database(&command, settings)?;
    let mut first = listen(&command)?;
    let located = tokio::select! {
        located = dispatch::locate(&command, &named) => located,
        error = asked_to_end(&mut first) => return Err(error),
    };
    let url = match located {
        Ok(url) => url,
        Err(error) => return dispatch::not_located(&command, &named, error),
    };
    let store = Store::on(&url)?;
    let result = tokio::select! {
        result = dispatch::run(command, &store, &url) => result,
        error = asked_to_end(&mut first) => Err(error),
    };
    let closed = store.close().await;
    result.and(closed)
}

/// A server listens itself, and ends in an order of its own.
fn listen(command: &StoreCommand) -> Result<Option<FirstRequest>, CliError> {
    match command {
        StoreCommand::Serve(_) => Ok(None),
        _ => Ok(Some(Shutdown::listen_twice().map_err(|source| CliError::Signals { source })?)),
    }
}

async fn asked_to_end(first: &mut Option<FirstRequest>) -> CliError {
    if let Some(first) = first
        && let Ok(error) = first.await
    {
        return error;
    }
    pending().await
}
