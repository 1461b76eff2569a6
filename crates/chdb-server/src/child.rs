//! The child process: runs the engine until its input is closed or it is asked to end.

use std::env;
use std::ffi::CString;
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

use crate::task::{MARK, Task};
use crate::{connections, engine};

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
        std::process::exit(match Task::parse(arguments).and_then(run) {
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

/// Runs the engine until it ends.
fn run(task: Task) -> Result<(), String> {
    let failed = |what: &str| {
        let what = what.to_owned();
        move |error: io::Error| format!("{what}: {error}")
    };
    let signals = termination_signals();
    signals.thread_block().map_err(|error| error.to_string())?;
    let terminal = terminal().map_err(failed("no terminal for the engine"))?;
    let mut parent = fs::File::from(
        io::stdin().as_fd().try_clone_to_owned().map_err(failed("no standard input"))?,
    );
    dup2_stdin(&terminal.slave)
        .map_err(|error| failed("standard input cannot be replaced")(error.into()))?;

    let shutdown =
        Arc::new(Shutdown { keep_open: Mutex::new(Some(terminal.master)), grace: task.grace });
    let parent_ended = Arc::clone(&shutdown);
    thread::spawn(move || {
        let mut ignored = [0; 64];
        while parent.read(&mut ignored).is_ok_and(|read| read > 0) {}
        parent_ended.begin();
    });
    thread::spawn(move || {
        while signals.wait().is_ok() {
            let shutdown = Arc::clone(&shutdown);
            thread::spawn(move || shutdown.begin());
        }
    });

    let mut arguments = vec![c"clickhouse".to_owned()];
    for argument in task.engine {
        let text = CString::new(argument.into_vec());
        arguments.push(text.map_err(|error| error.to_string())?);
    }
    engine::run(&task.library, &arguments)
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

fn termination_signals() -> SigSet {
    [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT].into_iter().collect()
}

/// The end of the server: first asked for, then forced.
struct Shutdown {
    /// While it is open the engine's input does not end, and so neither does the engine.
    keep_open: Mutex<Option<OwnedFd>>,
    grace: Duration,
}

impl Shutdown {
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
            connections::shut_down_reading(&ports);
            thread::sleep(TICK);
        }
        // The parent may be gone, so that nobody else would.
        if raise(Signal::SIGKILL).is_err() {
            std::process::abort();
        }
    }
}
