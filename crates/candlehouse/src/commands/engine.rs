//! `engine`: the library of the embedded engine.

use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::{fs, io};

use clap::{Args, Subcommand};

use crate::error::CliError;

/// What `make engine` runs, and which packages it takes.
const SCRIPT: &str = include_str!("../../../db-chdb/engine/fetch.sh");
const CHECKSUMS: &str = include_str!("../../../db-chdb/engine/checksums.txt");

#[derive(Debug, Args)]
pub(crate) struct EngineArgs {
    #[command(subcommand)]
    command: EngineCommand,
}

#[derive(Debug, Subcommand)]
enum EngineCommand {
    /// Put the engine where it is looked for, unless it is there, and print its path
    ///
    /// It comes as an npm package of 180 MB, by `npm` or from a file, and is compared with the
    /// hash that this program was built with. Unpacked it has 570 MB.
    Install {
        /// The package file, where npm cannot fetch it, as `npm pack` writes it elsewhere
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
    },
}

pub(super) fn run(args: &EngineArgs) -> Result<(), CliError> {
    let EngineCommand::Install { from } = &args.command;
    match install(from.as_ref()) {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(CliError::EngineInstall),
        Err(source) => Err(CliError::EngineScript { source }),
    }
}

fn install(from: Option<&PathBuf>) -> io::Result<ExitStatus> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("fetch.sh");
    fs::write(&script, SCRIPT)?;
    fs::write(folder.path().join("checksums.txt"), CHECKSUMS)?;
    Command::new("sh").arg(script).args(from).status()
}
