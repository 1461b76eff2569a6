//! The command `serve`: from the first socket to the last request.

use std::future::{IntoFuture, pending};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::args::ServeArgs;
use super::readiness::Readiness;
use super::routes::routes;
use crate::db_url::DbUrl;
use crate::error::CliError;
use crate::output::to_stdout;
use crate::sharing::Host;
use crate::shutdown::Shutdown;

/// How long requests may take beyond a readiness check once the program is asked to end.
const GRACE: Duration = Duration::from_secs(5);

/// How often readiness is checked without a probe, so that its metric is never older.
const EVERY: Duration = Duration::from_secs(10);

/// Serves the database until asked to end, or until the server of an embedded store has ended.
pub(crate) async fn run(url: &DbUrl, args: &ServeArgs) -> Result<(), CliError> {
    let (address, limit) = (args.listen, args.ready_timeout);
    let failed = CliError::listen(address, "--listen");
    let mut shutdown = Shutdown::listen().map_err(&failed)?;
    let listener = TcpListener::bind(address).await.map_err(&failed)?;
    let bound = listener.local_addr().map_err(&failed)?;
    let metrics = super::metrics::collect()?;
    let mut host = match url.folder() {
        None => None,
        Some(folder) => tokio::select! {
            host = Host::start(folder.to_owned(), &args.clickhouse) => Some(host?),
            _ = shutdown.next() => return Ok(()),
        },
    };
    let db = host.as_ref().map_or_else(|| url.executor(), Host::executor)?;
    let readiness = Arc::new(Readiness::new(Arc::clone(&db), url.to_string(), limit));
    let upkeep = tokio::spawn(keep_up(Arc::clone(&readiness), metrics.clone()));
    to_stdout(|out| Ok(writeln!(out, "listening on http://{bound}")?))?;
    if let Some(host) = &host {
        args.clickhouse.tell(host.server());
    }
    let routes = routes(readiness, metrics);
    let answered = answer(listener, routes, &mut shutdown, host.as_mut(), limit + GRACE).await;
    upkeep.abort();
    let closed = db.close().await;
    if let Some(host) = host {
        host.stop().await?;
    }
    answered.map_err(failed)??;
    Ok(closed?)
}

/// Answers until `shutdown` or the end of `host`, then finishes what is under way: for `grace`, or until
/// `shutdown` again. Says whether it was to end.
async fn answer(
    listener: TcpListener,
    routes: Router,
    shutdown: &mut Shutdown,
    host: Option<&mut Host>,
    grace: Duration,
) -> io::Result<Result<(), CliError>> {
    let (ask, asked) = oneshot::channel::<()>();
    let server = axum::serve(listener, routes).with_graceful_shutdown(async move {
        drop(asked.await);
    });
    let mut server = pin!(server.into_future());
    let outcome = tokio::select! {
        ended = &mut server => return ended.map(Ok),
        _ = shutdown.next() => Ok(()),
        error = lost(host) => Err(error),
    };
    match &outcome {
        Ok(()) => tracing::info!("stopping"),
        Err(error) => tracing::error!("{error}"),
    }
    drop(ask);
    tokio::select! {
        ended = server => ended?,
        _ = shutdown.next() => {}
        () = sleep(grace) => {}
    }
    Ok(outcome)
}

/// Waits until the server of the store has ended; for ever if there is none.
async fn lost(host: Option<&mut Host>) -> CliError {
    match host {
        Some(host) => host.lost().await,
        None => pending().await,
    }
}

async fn keep_up(readiness: Arc<Readiness>, metrics: PrometheusHandle) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
        readiness.probe().await;
    }
}
