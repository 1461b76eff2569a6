//! A network that can be switched off.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use db_port::BoxError;
use hyper::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

/// Opens TCP connections, after it has refused the first ones; counts all it was asked for.
#[derive(Clone)]
pub(crate) struct Flaky {
    tcp: HttpConnector,
    refusals: u32,
    /// Connections to this port are never opened.
    hanging: Option<u16>,
    asked: Arc<AtomicU32>,
}

impl Flaky {
    pub(crate) fn refusing(refusals: u32) -> Self {
        Self { tcp: HttpConnector::new(), refusals, hanging: None, asked: Arc::default() }
    }

    pub(crate) fn hanging_at(port: u16) -> Self {
        Self { hanging: Some(port), ..Self::refusing(0) }
    }

    pub(crate) fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Service<Uri> for Flaky {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        if self.asked.fetch_add(1, Ordering::SeqCst) < self.refusals {
            return Box::pin(async {
                tokio::time::sleep(Duration::from_millis(2)).await;
                Err(io::Error::from(io::ErrorKind::ConnectionRefused).into())
            });
        }
        if self.hanging.is_some() && server.port_u16() == self.hanging {
            return Box::pin(std::future::pending());
        }
        let connecting = self.tcp.call(server);
        Box::pin(async { connecting.await.map_err(Into::into) })
    }
}
