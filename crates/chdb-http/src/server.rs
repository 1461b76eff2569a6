use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::auth::Credentials;
use crate::engine::Engine;
use crate::handler::{Shared, handle};
use crate::kill::kill_all;
use crate::processes::Processes;
use crate::{Error, Options};

/// How often running queries are killed at the end, which is how many times 20 ms they get.
const KILL_ROUNDS: usize = 150;

/// How long open connections may take to end when no query runs any more.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// A server that is running. A process can have one, because it can have one engine.
pub struct Server {
    address: SocketAddr,
    closing: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
    shared: Arc<Shared>,
}

impl Server {
    /// Starts the engine and listens.
    ///
    /// # Errors
    /// [`Error`], which says what to do.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let (path, library) = (options.path, options.library);
        let start = move || Engine::start(path.as_deref(), library.as_deref());
        let engine = spawn_blocking(start).await.unwrap_or_else(|error| {
            let reason = error.to_string();
            Err(Error::Engine { place: "a thread of its own".into(), reason })
        })?;
        let listen = |source| Error::Listen { address: options.listen, source };
        let listener = TcpListener::bind(options.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let (closing, mut closed) = watch::channel(false);
        let shared = Arc::new(Shared {
            engine,
            processes: Processes::new(options.max_concurrent_queries),
            credentials: Credentials {
                user: options.user,
                password: options.password,
                token: options.token,
            },
        });
        let router = Router::new().fallback(handle).with_state(Arc::clone(&shared));
        let end = async move { drop(closed.wait_for(|closing| *closing).await) };
        let serving =
            tokio::spawn(
                async move { axum::serve(listener, router).with_graceful_shutdown(end).await },
            );
        Ok(Self { address, closing, serving, shared })
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Takes no further requests, kills the queries that run, and closes the engine.
    pub async fn shutdown(self) {
        self.closing.send_replace(true);
        let shared = Arc::clone(&self.shared);
        let kill = move || kill_all(&shared.engine, &shared.processes, KILL_ROUNDS);
        let idle = spawn_blocking(kill).await.unwrap_or_default();
        // Whoever does not take its answer in this time does not get it.
        drop(tokio::time::timeout(LAST_ANSWERS, self.serving).await);
        if idle {
            drop(spawn_blocking(move || self.shared.engine.close()).await);
        }
    }
}
