use std::process::ExitCode;

use clap::Parser;
use tokio::runtime::Builder;

use crate::cli::Cli;
use crate::commands;
use crate::error::{CliError, report};
use crate::store::Store;

/// Runs the command line that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(until_interrupted(cli)),
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

/// An interrupt drops the command, which ends the engine's work. The store is closed on every way
/// out: a process must not end with the embedded engine open.
async fn until_interrupted(cli: Cli) -> Result<(), CliError> {
    let url = commands::database(&cli)?;
    let store = Store::on(&url)?;
    let result = tokio::select! {
        result = commands::run(cli.command, &store, &url) => result,
        _ = tokio::signal::ctrl_c() => Err(CliError::Interrupted),
    };
    let closed = store.close().await;
    result.and(closed)
}
