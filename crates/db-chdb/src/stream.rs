//! The way of a query's rows from the engine's thread to the reader.

use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use db_port::{DbError, Phase, RecordStream, Result};
use futures_util::stream;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::killer::CancelGuard;
use crate::work::Work;

/// Batches that may wait between the engine and the reader.
const BUFFERED: usize = 2;

/// A year from now stands for no limit.
const NO_LIMIT: Duration = Duration::from_secs(365 * 24 * 3600);

pub(crate) enum Message {
    Batch(RecordBatch),
    Failed(DbError),
    /// Without it, a stream that stops is a stream that broke.
    End,
}

/// The engine's end.
pub(crate) struct Sender {
    pub(crate) schema: oneshot::Sender<Result<SchemaRef>>,
    pub(crate) messages: Messages,
}

pub(crate) struct Messages(mpsc::Sender<Message>);

impl Messages {
    /// Blocks while the reader does not take what there is, and says whether anybody may take it.
    /// Cancelled work ends here also if its reader holds the stream and never looks.
    pub(crate) fn send(&self, message: Message, work: &Work) -> bool {
        Handle::current().block_on(async {
            tokio::select! {
                biased;
                () = work.cancelled().cancelled() => false,
                sent = self.0.send(message) => sent.is_ok(),
            }
        })
    }
}

/// The reader's end.
pub(crate) struct Receiver {
    schema: oneshot::Receiver<Result<SchemaRef>>,
    batches: mpsc::Receiver<Message>,
}

pub(crate) fn channel() -> (Sender, Receiver) {
    let (schema_sender, schema) = oneshot::channel();
    let (batch_sender, batches) = mpsc::channel(BUFFERED);
    let sender = Sender { schema: schema_sender, messages: Messages(batch_sender) };
    (sender, Receiver { schema, batches })
}

/// Waits for the schema and returns the stream; both end the engine's work when dropped.
pub(crate) async fn receive(
    receiver: Receiver,
    work: &Work,
    guard: CancelGuard,
    limit: Option<Duration>,
) -> Result<RecordStream> {
    let deadline = Instant::now() + limit.unwrap_or(NO_LIMIT).min(NO_LIMIT);
    let late = move |phase| DbError::Timeout { phase, limit: limit.unwrap_or(NO_LIMIT) };
    let cancelled = work.cancelled().clone();
    let schema = tokio::select! {
        biased;
        () = cancelled.cancelled() => return Err(DbError::Closed),
        schema = timeout_at(deadline, receiver.schema) => schema,
    };
    let schema = match schema {
        Err(_) => return Err(late(Phase::Request)),
        Ok(Err(_)) => return Err(gone(0)),
        Ok(Ok(Ok(schema))) => schema,
        Ok(Ok(Err(failure))) => {
            guard.disarm();
            return Err(failure);
        }
    };
    let state = Some((receiver.batches, guard, 0));
    let batches = stream::unfold(state, move |state| {
        let cancelled = cancelled.clone();
        async move {
            let (mut batches, guard, rows) = state?;
            let next = tokio::select! {
                biased;
                () = cancelled.cancelled() => return Some((Err(DbError::Closed), None)),
                next = timeout_at(deadline, batches.recv()) => next,
            };
            match next {
                Err(_) => Some((Err(late(Phase::Stream)), None)),
                Ok(None) => Some((Err(gone(rows)), None)),
                Ok(Some(Message::End)) => {
                    guard.disarm();
                    None
                }
                Ok(Some(Message::Failed(failure))) => {
                    guard.disarm();
                    Some((Err(failure), None))
                }
                Ok(Some(Message::Batch(batch))) => {
                    let rows = rows + batch.num_rows() as u64;
                    Some((Ok(batch), Some((batches, guard, rows))))
                }
            }
        }
    });
    Ok(RecordStream::new(schema, batches))
}

fn gone(rows: u64) -> DbError {
    DbError::Interrupted { rows, reason: "the engine's thread ended early".into(), source: None }
}
