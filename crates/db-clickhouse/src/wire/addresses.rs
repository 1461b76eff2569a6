//! TCP to a host by whichever of its addresses answers.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::iter::{Once, once};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use db_port::BoxError;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hyper::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::sleep;
use tower_service::Service;

/// How long an address is waited for before the next one is tried beside it, as in RFC 8305.
const HEAD_START: Duration = Duration::from_millis(250);
const KEEPALIVE: Duration = Duration::from_secs(60);

/// Opens TCP connections. Hyper's own connector tries the addresses of a family one after the
/// other, and waits for a first one that does not answer as long as it may.
#[derive(Debug, Clone)]
pub(super) struct Addresses<R = GaiResolver> {
    resolver: R,
}

impl Addresses {
    pub(super) fn new() -> Self {
        Self { resolver: GaiResolver::new() }
    }
}

impl<R> Service<Uri> for Addresses<R>
where
    R: Service<Name, Error: Into<BoxError>, Future: Send + 'static>,
    R::Response: Iterator<Item = SocketAddr> + Send,
{
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.resolver.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let host = server.host().unwrap_or_default();
        if let Ok(literal) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Box::pin(connect(server, (literal, 0).into()));
        }
        let resolving = host.parse().map(|name| self.resolver.call(name));
        Box::pin(async move {
            let resolved = async { resolving?.await.map_err(Into::into) };
            let addresses: Vec<_> = resolved.await.map_err(NameNotFound)?.collect();
            first(addresses, |address| connect(server.clone(), address)).await
        })
    }
}

/// Connects to the port of `server` at `address`.
async fn connect(server: Uri, address: SocketAddr) -> Result<TokioIo<TcpStream>, BoxError> {
    let mut tcp = HttpConnector::new_with_resolver(Only(address));
    tcp.enforce_http(false);
    tcp.set_keepalive(Some(KEEPALIVE));
    tcp.set_nodelay(true);
    tcp.call(server).await.map_err(Into::into)
}

/// The first connection that comes about. Each address is tried when the one before has failed, or
/// has had its head start. If none answers, the error is that of the one that failed first.
async fn first<T, F>(
    addresses: Vec<SocketAddr>,
    connect: impl Fn(SocketAddr) -> F,
) -> Result<T, BoxError>
where
    F: Future<Output = Result<T, BoxError>>,
{
    let mut waiting = addresses.into_iter();
    let mut under_way = FuturesUnordered::new();
    let mut first_error = None;
    loop {
        under_way.extend(waiting.next().map(&connect));
        tokio::select! {
            ended = under_way.next() => match ended {
                Some(Ok(connected)) => return Ok(connected),
                Some(Err(error)) => drop(first_error.get_or_insert(error)),
                None => return Err(first_error.unwrap_or_else(|| "no address".into())),
            },
            () = sleep(HEAD_START), if waiting.len() > 0 => {}
        }
    }
}

/// A resolver that knows the address.
#[derive(Clone)]
struct Only(SocketAddr);

impl Service<Name> for Only {
    type Response = Once<SocketAddr>;
    type Error = BoxError;
    type Future = Ready<Result<Once<SocketAddr>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Name) -> Self::Future {
        ready(Ok(once(self.0)))
    }
}

/// The host's name has no address. It reads as hyper's own does.
#[derive(Debug)]
struct NameNotFound(BoxError);

impl fmt::Display for NameNotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dns error")
    }
}

impl std::error::Error for NameNotFound {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use tokio::net::TcpListener;
    use tokio::time::{Instant, timeout};

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    /// What becomes of an attempt to connect.
    #[derive(Clone, Copy)]
    enum Host {
        Dark,
        Refuses,
        Opens,
    }
    use Host::{Dark, Opens, Refuses};

    /// Which of the hosts the connection is to, after what time.
    async fn connected(hosts: &[Host]) -> (Result<u16, String>, Duration) {
        let begin = Instant::now();
        let addresses = (0..hosts.len()).map(|n| ([127, 0, 0, 1], n as u16).into()).collect();
        let connect = |address: SocketAddr| async move {
            match hosts[usize::from(address.port())] {
                Dark => std::future::pending().await,
                Refuses => Err(format!("refused by {}", address.port()).into()),
                Opens => Ok(address.port()),
            }
        };
        let connected = timeout(LONG, first(addresses, connect)).await;
        let connected = connected.unwrap_or_else(|_| Err("nobody answers".into()));
        (connected.map_err(|error: BoxError| error.to_string()), begin.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_that_does_not_answer_does_not_keep_the_next_from_being_tried() {
        let late = HEAD_START + Duration::from_millis(1);
        for (hosts, port, limit) in [
            (&[Opens, Opens][..], 0, Duration::ZERO),
            (&[Refuses, Opens], 1, Duration::ZERO),
            (&[Dark, Opens], 1, late),
            (&[Dark, Refuses, Dark, Opens], 3, late * 2),
        ] {
            let (connected, time) = connected(hosts).await;
            assert_eq!(connected, Ok(port));
            assert!(time <= limit, "{time:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_connection_the_first_failure_is_the_error() {
        assert_eq!(connected(&[Refuses, Refuses]).await.0, Err("refused by 0".into()));
        assert_eq!(connected(&[]).await.0, Err("no address".into()));
        assert_eq!(connected(&[Dark, Refuses]).await.0, Err("nobody answers".into()));
    }

    /// A resolver of one name.
    #[derive(Clone)]
    struct Book([SocketAddr; 2]);

    impl Service<Name> for Book {
        type Response = std::array::IntoIter<SocketAddr, 2>;
        type Error = io::Error;
        type Future = Ready<io::Result<Self::Response>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, name: Name) -> Self::Future {
            ready(match name.as_str() {
                "pair" => Ok(self.0.into_iter()),
                other => Err(io::Error::other(format!("no {other}"))),
            })
        }
    }

    #[tokio::test]
    async fn a_name_leads_to_the_address_where_somebody_listens() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let pair = [[127, 0, 0, 2], [127, 0, 0, 1]].map(|address| (address, 0).into());
        let mut addresses = Addresses { resolver: Book(pair) };
        for host in ["pair", "127.0.0.1"] {
            for scheme in ["http", "https"] {
                let server = format!("{scheme}://{host}:{port}").parse().unwrap();
                let connected = addresses.call(server).await.unwrap();
                assert_eq!(connected.inner().peer_addr().unwrap(), listener.local_addr().unwrap());
            }
        }
        let unknown = format!("http://nobody:{port}").parse().unwrap();
        let error = addresses.call(unknown).await.unwrap_err();
        assert_eq!(error.downcast_ref::<NameNotFound>().unwrap().0.to_string(), "no nobody");
    }
}
