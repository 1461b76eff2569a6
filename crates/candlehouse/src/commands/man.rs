//! `man`: the manual.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;

use crate::error::CliError;
use crate::output::{OutputError, to_stdout};

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Folder for the pages of all commands, candlehouse-import.1 and so on [default: print the
    /// page of the program]
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &ManArgs, program: Command) -> Result<(), CliError> {
    match &args.output {
        Some(folder) => fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(program, folder))
            .map_err(|source| CliError::Write { path: folder.clone(), source }),
        None => {
            let mut page = Vec::new();
            Man::new(program).render(&mut page).map_err(OutputError::from)?;
            Ok(to_stdout(|out| Ok(out.write_all(&page)?))?)
        }
    }
}
