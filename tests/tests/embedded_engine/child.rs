//! Tests that run a part of themselves in a process of its own.

use std::any::type_name_of_val;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

const PART: &str = "EMBEDDED_ENGINE_TEST_PART";

/// What a part prints, after its last check, to prove that it ran.
const DONE: &str = "the part is done";

/// The argument of the part that this process is to run, if it was started by [`command`].
pub(crate) fn part() -> Option<String> {
    std::env::var(PART).ok()
}

pub(crate) fn done() {
    println!("{DONE}");
}

/// Runs `test` in a process of its own, where [`part`] gives `argument`.
pub(crate) fn command<T: Fn()>(test: &T, argument: &str) -> Command {
    let (_, name) = type_name_of_val(test).split_once("::").unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([name, "--exact", "--nocapture", "--quiet"]).env(PART, argument);
    command
}

pub(crate) fn assert_done(output: &Output) {
    let printed = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && printed.contains(DONE),
        "{}\n{printed}\n{complaint}",
        output.status
    );
}

/// A part that is running; it is killed when it is forgotten.
pub(crate) struct Running {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Waits until the part prints a line that begins with `mark`, and returns the rest of it.
    pub(crate) fn wait_for(&mut self, mark: &str) -> String {
        let mut lines = self.lines.by_ref().map(Result::unwrap);
        lines.find_map(|line| Some(line.strip_prefix(mark)?.to_owned())).unwrap()
    }

    /// Tells the part, which waits for the end of its standard input, to go on, and waits for it.
    pub(crate) fn finish(mut self) {
        drop(self.process.stdin.take());
        self.wait_for(DONE);
        assert!(self.process.wait().unwrap().success());
    }

    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
