//! The host program's signal handlers, kept while the engine starts. The only unsafe code.
#![allow(unsafe_code, reason = "what a signal does can be changed in no other way")]

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// The signals that the engine takes when it starts: those of crashes, for which it writes a report
/// that goes nowhere here and then waits for minutes, and Ctrl-Z.
const TAKEN: [Signal; 8] = [
    Signal::SIGABRT,
    Signal::SIGBUS,
    Signal::SIGFPE,
    Signal::SIGILL,
    Signal::SIGSEGV,
    Signal::SIGSYS,
    Signal::SIGTRAP,
    Signal::SIGTSTP,
];

/// Loads or starts the engine by `start`, and puts back what the host program's signals did before,
/// and which ones this thread has blocked.
pub(crate) fn keep<T>(start: impl FnOnce() -> T) -> T {
    let blocked = SigSet::thread_get_mask();
    let handlers = TAKEN.map(|signal| (signal, put_aside(signal)));
    let started = start();
    for (signal, handler) in handlers {
        if let Ok(handler) = handler {
            // SAFETY: the host program has installed it, so it is as sound as it was.
            let _engines = unsafe { sigaction(signal, &handler) };
        }
    }
    if let Ok(blocked) = blocked {
        let _set = blocked.thread_set_mask();
    }
    started
}

/// What the signal did until now; it does what it does by default afterwards.
fn put_aside(signal: Signal) -> nix::Result<SigAction> {
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    // SAFETY: the default needs no handler that could be unsound.
    unsafe { sigaction(signal, &default) }
}
