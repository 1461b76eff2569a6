//! The program on a terminal of its own.
#![cfg(unix)]

use std::fs::File;
use std::io::{Read, Write};
use std::process::Stdio;

use nix::pty::openpty;

use crate::program::Home;

/// Runs the words of `line` with `answer` typed, and returns the exit code and what the terminal
/// shows of standard error.
pub(crate) fn on_terminal(home: &Home, line: &str, answer: &str) -> (Option<i32>, String) {
    let pty = openpty(None, None).unwrap();
    let mut screen = File::from(pty.master);
    screen.write_all(answer.as_bytes()).unwrap();
    let mut program = home.program();
    program.args(line.split_whitespace()).stdout(Stdio::null()).env("TERM", "xterm");
    program.stdin(pty.slave.try_clone().unwrap()).stderr(pty.slave);
    let ended = program.status().unwrap();
    drop(program);
    let mut told = Vec::new();
    // On Linux a terminal that nobody has open any more ends with an error instead of an end.
    drop(screen.read_to_end(&mut told));
    (ended.code(), String::from_utf8(told).unwrap())
}
