//! A network in memory, on which no time passes but the test's own.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use hyper::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};
use tokio::sync::watch;
use tower_service::Service;

use super::table::columns;
use super::{TAG, arrow, is_whole, numbers};

/// What is sent without anybody reading it.
const PIPE: usize = 1024;

/// What the server does with a request that is no question about its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// Never reads more of it than its head.
    Stuck,
    /// Never answers it.
    Silent,
    /// Answers the first rows of a query, and is silent then.
    Begins,
    /// Acknowledges it.
    Takes,
}

/// Opens connections to a server that knows a table, and ends whatever it is told to end.
#[derive(Clone)]
pub(crate) struct Memory {
    peer: Peer,
    /// Connections to this host open when it is light again.
    dark: watch::Sender<Option<&'static str>>,
    open: Arc<AtomicUsize>,
    /// Requests to end something that are not answered.
    ignored_kills: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<String>>>,
    held: Arc<Mutex<Vec<DuplexStream>>>,
}

impl Memory {
    pub(crate) fn new(peer: Peer) -> Self {
        let (dark, open, ignored_kills) =
            (watch::Sender::default(), Arc::default(), Arc::default());
        Self { peer, dark, open, ignored_kills, seen: Arc::default(), held: Arc::default() }
    }

    /// Never answers so many of the next requests to end something.
    pub(crate) fn ignore_kills(&self, count: usize) {
        self.ignored_kills.store(count, Ordering::SeqCst);
    }

    pub(crate) fn darken(&self, host: &'static str) {
        self.dark.send_replace(Some(host));
    }

    pub(crate) fn lighten(&self) {
        self.dark.send_replace(None);
    }

    /// Connections that the client has not closed.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// How many requests with this text the server has seen.
    pub(crate) fn seen(&self, text: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|request| request.contains(text)).count()
    }

    /// The next request, or the beginning of one that is not read.
    async fn request(&self, pipe: &mut DuplexStream) -> io::Result<String> {
        let mut request = Vec::new();
        while !is_whole(&request) {
            if pipe.read_buf(&mut request).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if self.peer == Peer::Stuck && request.windows(3).any(|bytes| bytes == b"BIG") {
                break;
            }
        }
        Ok(String::from_utf8_lossy(&request).into_owned())
    }

    /// Answers one request.
    async fn serve(self, mut pipe: DuplexStream) {
        let Ok(request) = self.request(&mut pipe).await else { return };
        self.seen.lock().unwrap().push(request.clone());
        let answer = if request.contains("WHERE 0") {
            Some(whole(&arrow(&[columns()])))
        } else if request.contains("KILL QUERY") {
            let left = |ignored: usize| ignored.checked_sub(1);
            let ignored = self.ignored_kills.fetch_update(Ordering::SeqCst, Ordering::SeqCst, left);
            ignored.is_err().then(|| whole(b"finished"))
        } else {
            match self.peer {
                Peer::Takes => Some(whole(b"")),
                Peer::Begins => Some(beginning(&arrow(&[numbers(&[1])]), 1_000_000)),
                Peer::Stuck | Peer::Silent => None,
            }
        };
        if let Some(answer) = answer
            && pipe.write_all(&answer).await.is_err()
        {
            return;
        }
        // It does not notice that the client hangs up.
        self.held.lock().unwrap().push(pipe);
    }
}

fn whole(body: &[u8]) -> Vec<u8> {
    beginning(body, body.len())
}

fn beginning(body: &[u8], length: usize) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\
         X-ClickHouse-Exception-Tag: {TAG}\r\nX-ClickHouse-Summary: {{}}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

impl Service<Uri> for Memory {
    type Response = TokioIo<Socket>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let (memory, mut dark) = (self.clone(), self.dark.subscribe());
        Box::pin(async move {
            dark.wait_for(|dark| *dark != server.host()).await.map_err(io::Error::other)?;
            let (pipe, peers) = tokio::io::duplex(PIPE);
            memory.open.fetch_add(1, Ordering::SeqCst);
            let open = Arc::clone(&memory.open);
            tokio::spawn(memory.serve(peers));
            Ok(TokioIo::new(Socket { pipe, open }))
        })
    }
}

/// The client's end of a connection, counted until it is dropped.
pub(crate) struct Socket {
    pipe: DuplexStream,
    open: Arc<AtomicUsize>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Connection for Socket {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.pipe).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_shutdown(cx)
    }
}
