use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::readiness::Readiness;
use super::routes::routes;
use super::stop::Stop;
use crate::db_url::DbUrl;
use crate::error::CliError;
use crate::output::to_stdout;

/// How long requests may take beyond a readiness check once the program is asked to end.
const GRACE: Duration = Duration::from_secs(5);

/// How often readiness is checked without a probe, so that its metric is never older.
const EVERY: Duration = Duration::from_secs(10);

/// Answers on `address` until asked to end. A readiness check takes at most `limit`.
pub(crate) async fn run(url: &DbUrl, address: SocketAddr, limit: Duration) -> Result<(), CliError> {
    let failed = |source: io::Error| CliError::Listen { address, source };
    let mut stop = Stop::listen().map_err(failed)?;
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let metrics = super::metrics::collect()?;
    let db = url.executor()?;
    let readiness = Arc::new(Readiness::new(Arc::clone(&db), limit));

    let engine = tokio::spawn({
        let (url, db) = (url.clone(), Arc::clone(&db));
        // What goes wrong is what the readiness checks report.
        async move { drop(url.start_engine(&*db).await) }
    });
    let upkeep = tokio::spawn(keep_up(Arc::clone(&readiness), metrics.clone()));
    to_stdout(|out| Ok(writeln!(out, "listening on http://{bound}")?))?;
    let answered = answer(listener, routes(readiness, metrics), &mut stop, limit + GRACE).await;
    upkeep.abort();

    // Closing while the engine starts would leave it open.
    drop(engine.await);
    let closed = db.close().await;
    answered.map_err(failed)?;
    Ok(closed?)
}

/// Answers until `stop`, then finishes what is under way: for `grace`, or until `stop` again.
async fn answer(
    listener: TcpListener,
    routes: Router,
    stop: &mut Stop,
    grace: Duration,
) -> io::Result<()> {
    let (ask, asked) = oneshot::channel::<()>();
    let server = axum::serve(listener, routes).with_graceful_shutdown(async move {
        drop(asked.await);
    });
    let mut server = pin!(server.into_future());
    tokio::select! {
        ended = &mut server => return ended,
        () = stop.next() => drop(ask),
    }
    tracing::info!("stopping");
    tokio::select! {
        ended = server => ended,
        () = stop.next() => Ok(()),
        () = sleep(grace) => Ok(()),
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
