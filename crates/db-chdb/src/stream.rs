//! The way of a query's rows from the engine's thread to the reader.

use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use db_port::{DbError, Phase, RecordStream, Result};
use futures_util::stream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::cancel::CancelGuard;

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
    pub(crate) batches: mpsc::Sender<Message>,
}

/// The reader's end.
pub(crate) struct Receiver {
    schema: oneshot::Receiver<Result<SchemaRef>>,
    batches: mpsc::Receiver<Message>,
}

pub(crate) fn channel() -> (Sender, Receiver) {
    let (schema_sender, schema) = oneshot::channel();
    let (batch_sender, batches) = mpsc::channel(BUFFERED);
    (Sender { schema: schema_sender, batches: batch_sender }, Receiver { schema, batches })
}

/// Waits for the schema and returns the stream; both end the engine's work when dropped.
pub(crate) async fn receive(
    receiver: Receiver,
    guard: CancelGuard,
    limit: Option<Duration>,
) -> Result<RecordStream> {
    let deadline = Instant::now() + limit.unwrap_or(NO_LIMIT).min(NO_LIMIT);
    let late = move |phase| DbError::Timeout { phase, limit: limit.unwrap_or(NO_LIMIT) };
    let schema = match timeout_at(deadline, receiver.schema).await {
        Err(_) => return Err(late(Phase::Request)),
        Ok(Err(_)) => return Err(gone(0)),
        Ok(Ok(Ok(schema))) => schema,
        Ok(Ok(Err(failure))) => {
            guard.disarm();
            return Err(failure);
        }
    };
    let state = Some((receiver.batches, guard, 0));
    let batches = stream::unfold(state, move |state| async move {
        let (mut batches, guard, rows) = state?;
        match timeout_at(deadline, batches.recv()).await {
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
    });
    Ok(RecordStream::new(schema, batches))
}

fn gone(rows: u64) -> DbError {
    DbError::Interrupted { rows, reason: "the engine's thread ended early".into(), source: None }
}
