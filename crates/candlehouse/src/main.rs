//! The `candlehouse` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    candlehouse::main()
}
