//! The program `chdb-http`.

use std::error::Error as _;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chdb_http::{Error, Options, Server};
use clap::Parser;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

/// ClickHouse's HTTP interface over the engine inside this process, for tests and laptops
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8123")]
    listen: SocketAddr,
    /// The folder with the data, made if it is missing; without it they are in memory
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,
    /// The only user
    #[arg(long, default_value = "default")]
    user: String,
    /// Its password
    #[arg(long, env = "CHDB_HTTP_PASSWORD", hide_env_values = true, default_value = "")]
    password: String,
    /// A token that stands for the user
    #[arg(long, env = "CHDB_HTTP_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// How many queries may run at once
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    max_concurrent_queries: usize,
}

/// How long the engine's threads may take at the end. One that writes to a client that does not read
/// would take for ever.
const LAST_WORK: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let served = Runtime::new().map_err(Error::Runtime).and_then(|runtime| {
        let served = runtime.block_on(serve(arguments));
        runtime.shutdown_timeout(LAST_WORK);
        served
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = format!("chdb-http: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                text = format!("{text}\n  because {error}");
                cause = error.source();
            }
            drop(writeln!(std::io::stderr(), "{text}"));
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Arguments) -> Result<(), Error> {
    let listen = |source| Error::Listen { address: arguments.listen, source };
    // Before the engine starts, so that no signal comes too early.
    let mut terminate = signal(SignalKind::terminate()).map_err(listen)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(listen)?;
    let server = Server::start(Options {
        listen: arguments.listen,
        path: arguments.path,
        user: arguments.user,
        password: arguments.password,
        token: arguments.token,
        max_concurrent_queries: arguments.max_concurrent_queries,
        library: None,
    })
    .await?;
    let mut out = std::io::stdout();
    // Whoever closed standard output does not want to know.
    drop(writeln!(out, "listening on http://{}", server.local_addr()).and_then(|()| out.flush()));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    server.shutdown().await;
    Ok(())
}
