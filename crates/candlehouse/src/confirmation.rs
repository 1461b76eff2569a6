//! Asking before something is taken away.

use std::io::{self, BufRead, IsTerminal, Write};

use clap::Args;
use tokio::task::spawn_blocking;

use crate::error::{CliError, note};

#[derive(Debug, Args)]
pub(crate) struct ConfirmArgs {
    /// Go on without asking
    #[arg(short, long)]
    yes: bool,
    /// Only say what would be done
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

impl ConfirmArgs {
    /// Says what is going to be done, and returns whether to do it.
    ///
    /// # Errors
    /// Nobody can be asked, or the answer is not yes.
    pub(crate) async fn confirm(&self, plan: &[String]) -> Result<bool, CliError> {
        for line in plan {
            note(line);
        }
        if self.dry_run {
            note("nothing was changed, because of --dry-run");
            return Ok(false);
        }
        if self.yes {
            return Ok(true);
        }
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Err(CliError::usage(
                "nothing was changed, because there is no terminal to ask on: --yes goes on without \
                 asking, --dry-run only says this",
            ));
        }
        match spawn_blocking(|| ask(&mut io::stdin().lock(), &mut io::stderr())).await? {
            Ok(true) => Ok(true),
            // Whoever cannot answer has not agreed.
            Ok(false) | Err(_) => Err(CliError::Declined),
        }
    }
}

fn ask(answers: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<bool> {
    write!(out, "Go on? [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        for (answer, expected) in [
            ("y\n", true),
            (" YES \n", true),
            ("yes", true),
            ("\n", false),
            ("", false),
            ("n\n", false),
            ("yesterday\n", false),
        ] {
            let mut out = Vec::new();
            assert_eq!(ask(&mut answer.as_bytes(), &mut out).unwrap(), expected, "{answer:?}");
            assert_eq!(out, b"Go on? [y/N] ");
        }
    }
}
