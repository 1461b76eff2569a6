use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use clickhouse::{Client, Compression};
use db_port::{BoxError, Result};
use hyper::Uri;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::{Client as HyperClient, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use secrecy::ExposeSecret;
use tower_service::Service;

use crate::config::{Authentication, ClickHouseConfig};
use crate::tls;

/// The server closes an idle connection after 3 seconds or more, and a request sent at that moment
/// is lost; so this side closes first.
const IDLE: Duration = Duration::from_secs(2);
const KEEPALIVE: Duration = Duration::from_secs(60);

/// Makes HTTP clients; what is slow to prepare, such as the trusted roots, is prepared once.
pub(crate) struct Dialer {
    config: ClickHouseConfig,
    connector: Connector,
}

#[derive(Clone)]
enum Connector {
    Plain(HttpConnector),
    Tls(HttpsConnector<HttpConnector>),
}

impl Dialer {
    pub(crate) fn new(config: ClickHouseConfig) -> Result<Self> {
        let mut tcp = HttpConnector::new();
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_nodelay(true);
        let connector = if config.secure {
            Connector::Tls(tls::connector(&config, tcp)?)
        } else {
            Connector::Plain(tcp)
        };
        Ok(Self { config, connector })
    }

    pub(crate) const fn config(&self) -> &ClickHouseConfig {
        &self.config
    }

    /// A client that has not connected yet.
    pub(crate) fn client(&self) -> Client {
        let limit = self.config.connect_timeout;
        let mut pool = HyperClient::builder(TokioExecutor::new());
        pool.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE);
        let client = match self.connector.clone() {
            Connector::Plain(inner) => {
                Client::with_http_client(pool.build(Bounded { inner, limit }))
            }
            Connector::Tls(inner) => Client::with_http_client(pool.build(Bounded { inner, limit })),
        };
        let compression =
            if self.config.compression { Compression::Lz4 } else { Compression::None };
        let client = match &self.config.authentication {
            Authentication::Password { user, password } => {
                client.with_user(user).with_password(password.expose_secret())
            }
            Authentication::Bearer(token) => client.with_access_token(token.expose_secret()),
        };
        client
            .with_url(self.config.server(&self.config.endpoints[0]))
            .with_database(self.config.database.as_str())
            .with_compression(compression)
            .with_product_info("candlehouse", env!("CARGO_PKG_VERSION"))
    }
}

/// Limits the time of opening a connection as a whole. The connector's own limit covers neither
/// the name lookup nor the TLS handshake.
#[derive(Clone)]
struct Bounded<C> {
    inner: C,
    limit: Duration,
}

impl<C> Service<Uri> for Bounded<C>
where
    C: Service<Uri, Future: Send + 'static, Error: Into<BoxError>> + Send,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let limit = self.limit;
        let connecting = tokio::time::timeout(limit, self.inner.call(server));
        Box::pin(async move {
            match connecting.await {
                Ok(connected) => connected.map_err(Into::into),
                Err(_) => Err(ConnectTimedOut { limit }.into()),
            }
        })
    }
}

/// The connection was not open when its time was over.
#[derive(Debug)]
pub(crate) struct ConnectTimedOut {
    pub(crate) limit: Duration,
}

impl fmt::Display for ConnectTimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connecting took too long")
    }
}

impl std::error::Error for ConnectTimedOut {}
