//! One connection of a client: request after request.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::message::{Request, length};
use super::rules::{Fault, message};
use super::state::Shared;

/// How long a server may work at something that nobody waits for any more.
const TIME_LIMIT: Duration = Duration::from_secs(20);
/// What a reset would overtake arrives in this time.
const AHEAD: Duration = Duration::from_millis(5);

pub(crate) struct Exchanges {
    client: TcpStream,
    server: Option<TcpStream>,
    shared: Arc<Shared>,
}

impl Exchanges {
    /// Over a connection that is reset unless it is closed in good order.
    pub(crate) fn new(client: TcpStream, shared: Arc<Shared>) -> Self {
        Self { client, server: None, shared }
    }

    /// Until the client hangs up or a fault ends the connection.
    pub(crate) async fn run(mut self) -> io::Result<()> {
        while let Some(bytes) = self.request().await? {
            let fault = {
                let request = Request::of(&bytes);
                let mut state = self.shared.lock();
                let fault = state.rules.for_request(&request);
                state.seen.push((request, fault.clone()));
                fault
            };
            match fault {
                Fault::Stall => std::future::pending().await,
                Fault::ResetBefore => return Ok(()),
                Fault::Answer(answer) => self.client.write_all(&answer).await?,
                Fault::ResetWithin(sent) => {
                    self.forward(&bytes[..sent.min(bytes.len() - 1)]).await?;
                    sleep(AHEAD).await;
                    return self.server().await?.set_zero_linger();
                }
                Fault::ResetAfter => {
                    self.forward(&bytes).await?;
                    return self.server().await?.set_zero_linger();
                }
                Fault::Lose => {
                    self.forward(&bytes).await?;
                    return self.relay(0, true).await;
                }
                Fault::Swallow => {
                    self.forward(&bytes).await?;
                    self.relay(0, true).await?;
                    std::future::pending().await
                }
                Fault::Delay(time) => {
                    sleep(time).await;
                    self.pass(&bytes).await?;
                }
                Fault::Pass => self.pass(&bytes).await?,
                Fault::CutWithReset(at) => {
                    self.forward(&bytes).await?;
                    self.relay(at, true).await?;
                    sleep(AHEAD).await;
                    return Ok(());
                }
                Fault::CutWithClose(at) => {
                    self.forward(&bytes).await?;
                    self.relay(at, true).await?;
                    break;
                }
                Fault::CloseIdle => {
                    self.pass(&bytes).await?;
                    break;
                }
                Fault::ResetIdle => {
                    self.pass(&bytes).await?;
                    sleep(AHEAD).await;
                    return Ok(());
                }
            }
        }
        self.close().await
    }

    /// Ends the client's connection in good order.
    async fn close(&mut self) -> io::Result<()> {
        self.client.shutdown().await?;
        // With a reset ahead of them the last bytes might not arrive.
        let mut rest = [0; 1024];
        while self.client.read(&mut rest).await? > 0 {}
        Ok(())
    }

    /// The next request; none when the client has hung up.
    async fn request(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        while length(&bytes).is_none() {
            if self.client.read_buf(&mut bytes).await? == 0 {
                return Ok(None);
            }
            if let Some(answer) = self.early(&bytes) {
                self.client.write_all(&answer).await?;
                return Ok(None);
            }
        }
        Ok(Some(bytes))
    }

    /// The answer to an insert of which not more than the head needs to be there.
    fn early(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut state = self.shared.lock();
        let has_head = bytes.windows(4).any(|four| four == b"\r\n\r\n");
        if state.rules.early.is_none() || !has_head || !Request::of(bytes).is_insert() {
            return None;
        }
        state.rules.early.take().map(|(status, text)| message(status, &text))
    }

    async fn server(&mut self) -> io::Result<&mut TcpStream> {
        if self.server.is_none() {
            let address = self.shared.lock().server;
            self.server = Some(TcpStream::connect(address).await?);
        }
        self.server.as_mut().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    async fn forward(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.server().await?.write_all(bytes).await
    }

    async fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.forward(bytes).await?;
        match self.relay(usize::MAX, false).await {
            // The server has hung up, behind what it had to say.
            Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => {
                self.close().await?;
                Err(end)
            }
            relayed => relayed,
        }
    }

    /// Passes so many bytes of the answer on; reads it to its end. A client that hangs up meanwhile
    /// is hung up on at the server's side too, unless the answer is to be read in any case.
    async fn relay(&mut self, most: usize, in_any_case: bool) -> io::Result<()> {
        let _busy = Busy::new(&self.shared);
        let (mut bytes, mut passed) = (Vec::new(), 0);
        while length(&bytes).is_none() {
            let server = self.server.as_mut().ok_or(io::ErrorKind::NotConnected)?;
            let read = async {
                let read = timeout(TIME_LIMIT, server.read_buf(&mut bytes)).await;
                read.map_err(io::Error::from).flatten()
            };
            let read = tokio::select! {
                read = read => read?,
                _ = self.client.readable(), if !in_any_case && passed < most => {
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
            };
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if length(&bytes).is_some() {
                self.shared.lock().answer.clone_from(&bytes);
            }
            let end = bytes.len().min(most);
            match self.client.write_all(&bytes[passed..end]).await {
                Err(error) if !in_any_case => return Err(error),
                _ => passed = end,
            }
        }
        Ok(())
    }
}

/// Counts while the server is at work.
struct Busy(watch::Sender<usize>);

impl Busy {
    fn new(shared: &Shared) -> Self {
        shared.busy.send_modify(|busy| *busy += 1);
        Self(shared.busy.clone())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.send_modify(|busy| *busy -= 1);
    }
}
