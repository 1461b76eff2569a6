//! The child process: runs the engine until its input is closed or it is asked to end.

use std::env;
use std::ffi::{CString, OsString};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use nix::pty::{OpenptyResult, openpty};
use nix::sys::signal::{SigSet, Signal, raise};
use nix::unistd::{dup2_stdin, setsid};

use crate::{connections, engine};

/// The first argument of a process that is to be the server.
pub(crate) const MARK: &str = "run-chdb-server";

/// How often connections are told that the end has come.
const TICK: Duration = Duration::from_millis(20);

/// Whether this program can be started as the server.
static CAN_BE_CHILD: OnceLock<()> = OnceLock::new();

/// Makes this program its own server: to be called first in `main`.
///
/// [`Server::start`](crate::Server::start) then starts this same program again, and this function
/// becomes that process: it runs the server and never returns. In any other process it returns at
/// once. A program that does not call it needs the program `chdb-server` beside it or on its path.
///
/// It must come before anything that starts threads, reads standard input or handles signals. So it
/// belongs into a plain `main`: under `#[tokio::main]` the runtime's threads are there before it.
pub fn run_if_child() {
    let mut arguments = env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == MARK) {
        std::process::exit(match Task::parse(arguments).and_then(Task::run) {
            Ok(()) => 0,
            Err(reason) => {
                // There is nowhere left to report a failure to report.
                drop(writeln!(io::stderr(), "{reason}"));
                1
            }
        });
    }
    CAN_BE_CHILD.get_or_init(|| ());
}

/// This program, if it said that it can be the server.
pub(crate) fn this_program() -> Option<PathBuf> {
    CAN_BE_CHILD.get().and_then(|()| env::current_exe().ok())
}

/// What the parent asks for, in the order of the arguments.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) library: PathBuf,
    /// How long the engine may take to end, in milliseconds.
    pub(crate) grace: Duration,
    /// The arguments of the engine, without the program's name.
    pub(crate) engine: Vec<OsString>,
}

impl Task {
    /// The arguments from which [`Task::parse`] makes the same again.
    pub(crate) fn arguments(self) -> Vec<OsString> {
        let grace = self.grace.as_millis().to_string();
        let mut all = vec![MARK.into(), self.library.into(), grace.into()];
        all.extend(self.engine);
        all
    }

    fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut next = || arguments.next().ok_or("this is started by chdb-server only");
        let (library, grace) = (PathBuf::from(next()?), next()?);
        let grace = grace.to_str().and_then(|text| text.parse().ok());
        let grace = Duration::from_millis(grace.ok_or("the grace time is not a number")?);
        Ok(Self { library, grace, engine: arguments.collect() })
    }

    fn run(self) -> Result<(), String> {
        let failed = |what: &str| {
            let what = what.to_owned();
            move |error: io::Error| format!("{what}: {error}")
        };
        let signals = ending_signals();
        signals.thread_block().map_err(|error| error.to_string())?;
        let terminal = terminal().map_err(failed("no terminal for the engine"))?;
        let mut parent = fs::File::from(
            io::stdin().as_fd().try_clone_to_owned().map_err(failed("no standard input"))?,
        );
        dup2_stdin(&terminal.slave)
            .map_err(|error| failed("standard input cannot be replaced")(error.into()))?;

        let end = Arc::new(End { keep_open: Mutex::new(Some(terminal.master)), grace: self.grace });
        let end_of_parent = Arc::clone(&end);
        thread::spawn(move || {
            let mut ignored = [0; 64];
            while parent.read(&mut ignored).is_ok_and(|read| read > 0) {}
            end_of_parent.begin();
        });
        thread::spawn(move || {
            while signals.wait().is_ok() {
                let end = Arc::clone(&end);
                thread::spawn(move || end.begin());
            }
        });

        let mut arguments = vec![c"clickhouse".to_owned()];
        for argument in self.engine {
            let text = CString::new(argument.into_vec());
            arguments.push(text.map_err(|error| error.to_string())?);
        }
        engine::run(&self.library, &arguments)
    }
}

/// The engine's input. Only where that is a terminal does the engine survive a client that breaks
/// a connection off; else one broken request ends the process. It reads commands from there when
/// the statements of the start are done, and ends when there are no more.
///
/// The process leaves the terminal that it was started from, or the engine would write there.
fn terminal() -> io::Result<OpenptyResult> {
    setsid()?;
    Ok(openpty(None, None)?)
}

fn ending_signals() -> SigSet {
    [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT].into_iter().collect()
}

/// The end of the server: first asked for, then forced.
struct End {
    /// While it is open the engine's input does not end, and so neither does the engine.
    keep_open: Mutex<Option<OwnedFd>>,
    grace: Duration,
}

impl End {
    fn begin(&self) {
        let Some(open) = self.keep_open.lock().unwrap_or_else(PoisonError::into_inner).take()
        else {
            return;
        };
        // The folder that the process began in is gone, and the engine looks for it when it ends.
        drop(env::set_current_dir(Path::new("/")));
        let ports = connections::listening_ports();
        drop(open);
        let deadline = Instant::now() + self.grace;
        while Instant::now() < deadline {
            connections::read_no_more(&ports);
            thread::sleep(TICK);
        }
        // The parent may be gone, so that nobody else would.
        if raise(Signal::SIGKILL).is_err() {
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_survives_being_arguments() {
        let task = Task {
            library: "/a b/lib.so".into(),
            grace: Duration::from_millis(1500),
            engine: vec!["--path".into(), "".into(), "it's".into()],
        };
        let shown = format!("{task:?}");
        let arguments = task.arguments();
        assert_eq!(arguments[0], MARK);
        let parsed = Task::parse(arguments.into_iter().skip(1)).unwrap();
        assert_eq!(format!("{parsed:?}"), shown);
    }

    #[test]
    fn what_is_no_task_is_refused() {
        for arguments in [&[][..], &["/lib.so"], &["/lib.so", "soon"]] {
            Task::parse(arguments.iter().map(OsString::from)).unwrap_err();
        }
    }
}
