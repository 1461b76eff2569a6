//! The program `chdb-server`.

mod options;

use std::error::Error as _;
use std::io::{self, Write};
use std::process::ExitCode;

use chdb_server::{Server, Stopped};
use clap::Parser;
use nix::sys::signal::{SigSet, Signal};

use options::Options;

fn main() -> ExitCode {
    chdb_server::run_if_child();
    match serve(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            say(&format!("error: {reason}"));
            ExitCode::FAILURE
        }
    }
}

/// Serves until a signal asks for the end.
fn serve(options: &Options) -> Result<(), String> {
    // Before the server starts, so that no signal comes too early.
    let signals: SigSet =
        [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGCHLD].into_iter().collect();
    signals.thread_block().map_err(|error| error.to_string())?;
    let config = options.config(&|warning| say(&format!("warning: {warning}")))?;
    let mut server = Server::start(config).map_err(|error| with_causes(&error))?;
    announce(&server);
    loop {
        let signal = signals.wait().map_err(|error| error.to_string())?;
        if signal != Signal::SIGCHLD {
            break;
        }
        if let Some(status) = server.try_wait().map_err(|error| with_causes(&error))? {
            return Err(format!(
                "the server ended ({status}); {} says why",
                options.log_of(&server).display()
            ));
        }
    }
    match server.stop() {
        Stopped::Cleanly => {}
        Stopped::ByForce => say("the server was busy and was ended by force; nothing is lost"),
    }
    Ok(())
}

/// Says on standard output where the server answers.
fn announce(server: &Server) {
    let mut out = io::stdout();
    let mut text = format!("listening on http://{}\n", server.http_address());
    if let Some(tcp) = server.tcp_address() {
        text.push_str(&format!("native protocol on {tcp}\n"));
    }
    // Whoever closed standard output does not want to know.
    drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

fn say(text: &str) {
    // There is nowhere left to report a failure to report.
    drop(writeln!(io::stderr(), "chdb-server: {text}"));
}

fn with_causes(error: &chdb_server::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!("\n  caused by: {error}"));
        cause = error.source();
    }
    text
}
