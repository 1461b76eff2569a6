//! A connection on which requests and answers are seen, and which is closed under a request that
//! nobody waits for any more.
//!
//! The official client says of an insert only that its status was 200, which any proxy can answer;
//! a request that the peer does not read would keep its connection for ever; and rows can read like
//! an exception, if the answer is cut at the wrong place.

use std::future::Future;
use std::io::{self, IoSlice};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use memchr::memmem;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::tracked::Requests;
use super::witness::{Sent, Witness};

const PIECE: usize = 64 * 1024;

/// A piece of an answer that ends like this, and in which more reads like an exception, is one to the
/// official client. The servers that are supported mark their exceptions in another way.
const SUSPICIOUS: &[u8] = b"))\n";

pub(crate) struct Observed<I> {
    inner: I,
    witness: Witness,
    /// What was read last, and how much of it was handed on.
    piece: Box<[u8]>,
    unread: Range<usize>,
    /// Without them nothing is closed.
    requests: Option<Requests>,
    /// That nobody waits for the request on it.
    cancelled: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl<I> Observed<I> {
    pub(super) fn new(inner: I, requests: Option<Requests>) -> Self {
        let piece = vec![0; PIECE].into();
        Self { inner, witness: Witness::default(), piece, unread: 0..0, requests, cancelled: None }
    }

    /// Looks at bytes that are about to be sent.
    fn sends(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(requests) = &self.requests else { return Ok(()) };
        self.cancelled = match self.witness.sends(bytes) {
            Sent::Further => return Ok(()),
            Sent::Request(None) => None,
            Sent::Request(Some(query_id)) => {
                let cancelled = requests.sends(query_id).ok_or_else(nobody_waits)?;
                Some(Box::pin(cancelled.cancelled_owned()))
            }
        };
        Ok(())
    }

    /// Fails when nobody waits for the request, and wakes the connection when that happens.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let cancelled = self.cancelled.as_mut();
        match cancelled.is_some_and(|cancelled| cancelled.as_mut().poll(cx).is_ready()) {
            true => Err(nobody_waits()),
            false => Ok(()),
        }
    }

    /// Notes the first `written` bytes of `buffers`.
    fn note(&mut self, buffers: &[IoSlice<'_>], mut written: usize) {
        for buffer in buffers {
            let sent = &buffer[..buffer.len().min(written)];
            self.witness.sent(sent);
            written -= sent.len();
        }
    }
}

fn nobody_waits() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "nobody waits for the answer any more")
}

impl<I: Read + Unpin> Read for Observed<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.unread.is_empty() {
            let mut piece = ReadBuf::new(&mut this.piece);
            ready!(Pin::new(&mut this.inner).poll_read(cx, piece.unfilled()))?;
            this.unread = 0..piece.filled().len();
            if let (Some(answer), Some(requests)) =
                (this.witness.received(piece.filled()), &this.requests)
            {
                requests.answered(&answer.query_id, answer.summary);
            }
        }
        let unread = &this.piece[this.unread.clone()];
        let handed_on = &unread[..unread.len().min(buffer.remaining())];
        let handed_on = &handed_on[..unsuspicious(handed_on)];
        buffer.put_slice(handed_on);
        this.unread.start += handed_on.len();
        Poll::Ready(Ok(()))
    }
}

/// How many bytes can be handed on at once so that no piece of the answer ends suspiciously. Hyper
/// makes no piece out of two reads.
fn unsuspicious(bytes: &[u8]) -> usize {
    memmem::find(bytes, SUSPICIOUS).map_or(bytes.len(), |at| at + SUSPICIOUS.len() - 1)
}

impl<I: Write + Unpin> Write for Observed<I> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(first) = buffers.first() {
            self.sends(first)?;
        }
        self.check(cx)?;
        let written = ready!(Pin::new(&mut self.inner).poll_write_vectored(cx, buffers))?;
        self.note(buffers, written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Whatever hyper waits for, it has called this or a write.
        self.check(cx)?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl<I: Connection> Connection for Observed<I> {
    fn connected(&self) -> Connected {
        self.inner.connected()
    }
}
