//! The body of an answer, piece by piece.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use candlehouse_tests::fault::answers::TAG;
use hyper::Response;
use hyper::body::{Body, Frame};

/// A whole answer.
pub(crate) fn plain(status: u16, text: String) -> Response<Pieces> {
    response(status, vec![text.into_bytes()], Rest::End)
}

pub(crate) fn response(status: u16, pieces: Vec<Vec<u8>>, rest: Rest) -> Response<Pieces> {
    let left = pieces.into_iter().filter(|piece| !piece.is_empty()).map(Bytes::from).collect();
    Response::builder()
        .status(status)
        .header("X-ClickHouse-Summary", "{}")
        .header("X-ClickHouse-Exception-Tag", TAG)
        .body(Pieces { left, rest })
        .unwrap()
}

pub(crate) struct Pieces {
    left: VecDeque<Bytes>,
    rest: Rest,
}

/// What comes behind the last piece.
#[derive(Clone, Copy)]
pub(crate) enum Rest {
    End,
    Break,
    Silence,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match (self.left.pop_front(), self.rest) {
            (Some(piece), _) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            (None, Rest::End) => Poll::Ready(None),
            (None, Rest::Break) => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
            (None, Rest::Silence) => Poll::Pending,
        }
    }
}
