use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use db_port::{DbError, Phase, RecordStream, Result, Statement};
use futures_util::stream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Duration, Instant, timeout_at};

use crate::error;
use crate::operation::CancelGuard;
use crate::session::Session;

/// Batches that may wait between the engine and the reader.
const BUFFERED: usize = 2;

/// A year from now stands for no limit.
const NO_LIMIT: Duration = Duration::from_secs(365 * 24 * 3600);

enum Message {
    Batch(RecordBatch),
    Failed(DbError),
    /// Without it, a stream that stops is a stream that broke.
    End,
}

/// The engine's end of a query.
pub(crate) struct Sender {
    schema: oneshot::Sender<Result<SchemaRef>>,
    batches: mpsc::Sender<Message>,
}

/// The caller's end of a query.
pub(crate) struct Receiver {
    schema: oneshot::Receiver<Result<SchemaRef>>,
    batches: mpsc::Receiver<Message>,
}

pub(crate) fn channel() -> (Sender, Receiver) {
    let (schema_sender, schema) = oneshot::channel();
    let (batch_sender, batches) = mpsc::channel(BUFFERED);
    (Sender { schema: schema_sender, batches: batch_sender }, Receiver { schema, batches })
}

/// Runs the statement and hands its rows over until they end or nobody wants more. The session is
/// closed before the end is announced, so that whoever hears of it finds the engine idle. Blocks.
pub(crate) fn run(session: Result<Session>, statement: &Statement, id: &str, sender: Sender) {
    let (session, reader) = match session.and_then(|session| open(session, statement)) {
        Ok(opened) => opened,
        Err(failure) => {
            // Nobody waiting is as good as somebody told.
            drop(sender.schema.send(Err(failure)));
            return;
        }
    };
    if sender.schema.send(Ok(reader.schema())).is_err() {
        return;
    }
    let last = forward(reader, id, &sender.batches);
    drop(session);
    if let Some(last) = last {
        drop(sender.batches.blocking_send(last));
    }
}

/// Sends batches on, and returns the message to end with; `None` when nobody listens any more.
fn forward(
    reader: Box<dyn RecordBatchReader + Send>,
    id: &str,
    batches: &mpsc::Sender<Message>,
) -> Option<Message> {
    let mut rows = 0;
    for batch in reader {
        match batch {
            Ok(batch) => {
                rows += batch.num_rows() as u64;
                batches.blocking_send(Message::Batch(batch)).ok()?;
            }
            Err(failure) => return Some(Message::Failed(broken(failure, id, rows))),
        }
    }
    Some(Message::End)
}

fn open(
    mut session: Session,
    statement: &Statement,
) -> Result<(Session, Box<dyn RecordBatchReader + Send>)> {
    session.prepare(statement)?;
    let reader = session.query(statement.sql())?;
    Ok((session, reader))
}

fn broken(failure: ArrowError, id: &str, rows: u64) -> DbError {
    match &failure {
        ArrowError::CDataInterface(text) if text.starts_with("Code: ") => {
            error::from_text(text, id)
        }
        _ => DbError::Interrupted {
            rows,
            reason: "the engine ended the answer".into(),
            source: Some(failure.into()),
        },
    }
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
