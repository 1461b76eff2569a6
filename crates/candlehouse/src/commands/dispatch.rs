//! From a command line to its command.

use super::{
    candles, chart, codec, completions, config, coverage, delete, demo, engine, export, health,
    import, init, latest, man, resample, serve, symbols,
};
use clap::CommandFactory;

use crate::cli::{Cli, Command, StoreCommand};
use crate::db_url::DbUrl;
use crate::error::CliError;
use crate::named_database;
use crate::settings::{Given, Settings};
use crate::store::Store;

/// Runs a command that needs no store; of those of a store, gives it back.
pub(crate) fn without_store(
    command: Command,
    given: Given,
) -> Result<Option<(StoreCommand, Settings)>, CliError> {
    match command {
        Command::OnStore(command) => return Ok(Some((command, Settings::of(given)?))),
        Command::Config(args) => config::run(&args, &Settings::of(given)?)?,
        Command::Completions(args) => completions::run(&args, Cli::command())?,
        Command::Engine(args) => engine::run(&args)?,
        Command::Man(args) => man::run(&args, Cli::command())?,
    }
    Ok(None)
}

/// The database that the settings name.
pub(crate) fn database(command: &StoreCommand, settings: &Settings) -> Result<DbUrl, CliError> {
    match (named_database::of(settings)?, command) {
        (Some((url, _)), _) => Ok(url),
        (None, StoreCommand::Demo) => DbUrl::demo_store(),
        (None, _) => DbUrl::default_store(),
    }
}

/// The same, or the process that serves it. `serve` looks for itself.
pub(crate) async fn locate(command: &StoreCommand, named: &DbUrl) -> Result<DbUrl, CliError> {
    match command {
        StoreCommand::Serve(_) => Ok(named.clone()),
        _ => Ok(named.locate().await?),
    }
}

/// Reports a store that is open where nobody else gets in.
pub(crate) fn not_located(
    command: &StoreCommand,
    url: &DbUrl,
    error: CliError,
) -> Result<(), CliError> {
    if let StoreCommand::Health(args) = command {
        health::print_failure(url, &error, args.output.format)?;
    }
    Err(error)
}

/// Runs a command on a store that was not used yet.
pub(crate) async fn run(command: StoreCommand, store: &Store, url: &DbUrl) -> Result<(), CliError> {
    if let StoreCommand::Serve(args) = &command {
        serve::check(url, args)?;
    }
    match &command {
        StoreCommand::Init(_)
        | StoreCommand::Import(_)
        | StoreCommand::Demo
        | StoreCommand::Symbols(_) => {}
        _ => url.must_exist()?,
    }
    match command {
        StoreCommand::Init(args) => init::run(store, url, args).await,
        StoreCommand::Import(args) => import::run(store, url, args).await,
        StoreCommand::Candles(args) => candles::run(store, args).await,
        StoreCommand::Latest(args) => latest::run(store, args).await,
        StoreCommand::Coverage(args) => coverage::run(store, args).await,
        StoreCommand::Resample(args) => resample::run(store, args).await,
        StoreCommand::Delete(args) => delete::run(store, args).await,
        StoreCommand::Symbols(args) => symbols::run(store, url, args).await,
        StoreCommand::Export(args) => export::run(store, args).await,
        StoreCommand::Chart(args) => chart::run(store, args).await,
        StoreCommand::Codec(args) => codec::run(store, args).await,
        StoreCommand::Health(args) => health::run(store, url, args).await,
        StoreCommand::Serve(args) => serve::run(url, args).await,
        StoreCommand::Demo => demo::run(store, url).await,
    }
}
