//! `completions`: what a shell reads to complete command lines.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::error::CliError;
use crate::output::to_stdout;

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Shell to complete for
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, mut program: Command) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "candlehouse", &mut script);
    Ok(to_stdout(|out| Ok(out.write_all(&script)?))?)
}
