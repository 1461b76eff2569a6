//! A connection on which acknowledgements are seen as they arrive.
//!
//! The official client says of an insert only that its status was 200, which any proxy can answer.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};

use super::receipt::Receipts;
use super::witness::Witness;

const PIECE: usize = 4096;

#[derive(Debug)]
pub(crate) struct Observed<I> {
    inner: I,
    witness: Witness,
    receipts: Receipts,
}

impl<I> Observed<I> {
    pub(super) fn new(inner: I, receipts: Receipts) -> Self {
        Self { inner, witness: Witness::default(), receipts }
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

impl<I: Read + Unpin> Read for Observed<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.witness.is_waiting() {
            return Pin::new(&mut this.inner).poll_read(cx, buffer);
        }
        let mut piece = [0; PIECE];
        let mut piece = ReadBuf::new(&mut piece[..PIECE.min(buffer.remaining())]);
        ready!(Pin::new(&mut this.inner).poll_read(cx, piece.unfilled()))?;
        this.witness.received(piece.filled(), &this.receipts);
        buffer.put_slice(piece.filled());
        Poll::Ready(Ok(()))
    }
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
            self.witness.sends(first);
        }
        let written = ready!(Pin::new(&mut self.inner).poll_write_vectored(cx, buffers))?;
        self.note(buffers, written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
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
