//! From a command line to its command.

use super::{
    candles, chart, codec, coverage, delete, demo, export, health, import, init, latest, resample,
    serve, symbols,
};
use crate::cli::{Cli, Command};
use crate::db_url::DbUrl;
use crate::error::CliError;
use crate::store::Store;

/// The database that the command line names.
pub(crate) fn database(cli: &Cli) -> Result<DbUrl, CliError> {
    match cli.db.as_deref() {
        None | Some("") => match cli.command {
            Command::Demo => DbUrl::demo_store(),
            _ => DbUrl::default_store(),
        },
        Some(url) => url
            .parse()
            .map_err(|reason| CliError::usage(format!("--db (or CANDLEHOUSE_DB): {reason}"))),
    }
}

/// The same, or the process that serves it. `serve` looks for itself.
pub(crate) async fn locate(command: &Command, named: &DbUrl) -> Result<DbUrl, CliError> {
    match command {
        Command::Serve(_) => Ok(named.clone()),
        _ => Ok(named.locate().await?),
    }
}

/// Reports a store that is open where nobody else gets in.
pub(crate) fn not_located(command: &Command, url: &DbUrl, error: CliError) -> Result<(), CliError> {
    if let Command::Health(args) = command {
        health::print_failure(url, &error, args.output.format)?;
    }
    Err(error)
}

/// Runs a command on a store that was not used yet.
pub(crate) async fn run(command: Command, store: &Store, url: &DbUrl) -> Result<(), CliError> {
    if let Command::Serve(args) = &command {
        serve::check(url, args)?;
    }
    match &command {
        Command::Init(_) | Command::Import(_) | Command::Demo | Command::Symbols(_) => {}
        _ => url.must_exist()?,
    }
    match command {
        Command::Init(args) => init::run(store, url, args).await,
        Command::Import(args) => import::run(store, args).await,
        Command::Candles(args) => candles::run(store, args).await,
        Command::Latest(args) => latest::run(store, args).await,
        Command::Coverage(args) => coverage::run(store, args).await,
        Command::Resample(args) => resample::run(store, args).await,
        Command::Delete(args) => delete::run(store, args).await,
        Command::Symbols(args) => symbols::run(store, url, args).await,
        Command::Export(args) => export::run(store, args).await,
        Command::Chart(args) => chart::run(store, args).await,
        Command::Codec(args) => codec::run(store, args).await,
        Command::Health(args) => health::run(store, url, args).await,
        Command::Serve(args) => serve::run(url, args).await,
        Command::Demo => demo::run(store, url).await,
    }
}
