use std::thread;

use bytes::BytesMut;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::oneshot;

use crate::exception::Exception;
use crate::kill::KillOnDrop;
use crate::pipe::has_further;
use crate::run::Done;

/// The largest piece that is read at once.
const PIECE: usize = 1 << 18;

/// What a running statement gives: bytes, then what became of it.
pub(crate) struct Rows {
    pipe: Option<Receiver>,
    done: oneshot::Receiver<Done>,
    kill: Option<KillOnDrop>,
    ends_with_client: bool,
}

impl Rows {
    pub(crate) const fn new(
        pipe: Option<Receiver>,
        done: oneshot::Receiver<Done>,
        kill: KillOnDrop,
        ends_with_client: bool,
    ) -> Self {
        Self { pipe, done, kill: Some(kill), ends_with_client }
    }

    /// The next piece; `None` when there is no further one.
    pub(crate) async fn next(&mut self) -> Option<Vec<u8>> {
        let pipe = self.pipe.as_mut()?;
        let mut piece = BytesMut::with_capacity(PIECE);
        match pipe.read_buf(&mut piece).await {
            Ok(1..) => Some(piece.into()),
            Ok(0) | Err(_) => {
                self.pipe = None;
                None
            }
        }
    }

    /// What became of the statement, to be asked when there is no further piece.
    pub(crate) async fn end(&mut self) -> Done {
        (&mut self.done).await.unwrap_or_else(|_| {
            Err(Exception::new(394, "QUERY_WAS_CANCELLED", "The server gave the query up"))
        })
    }
}

impl Drop for Rows {
    /// The client is gone: as on a server, its query ends now if it was to end with the client, or
    /// when it has rows that nobody takes. Anything else runs to its end.
    fn drop(&mut self) {
        let (Some(kill), pipe) = (self.kill.take(), self.pipe.take()) else { return };
        // What is to end with the client is killed here.
        let later = (!self.ends_with_client).then_some(kill);
        let Some(pipe) = pipe else {
            if let Some(kill) = later {
                kill.disarm();
            }
            return;
        };
        // A thread, because it has to outlast the requests' runtime, as the query does.
        thread::spawn(move || {
            if !has_further(pipe)
                && let Some(kill) = later
            {
                kill.disarm();
            }
        });
    }
}
