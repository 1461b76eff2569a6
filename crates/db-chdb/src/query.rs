//! Queries.

use std::time::Duration;

use arrow_array::RecordBatchReader;
use arrow_schema::ArrowError;
use db_port::{DbError, RecordStream, Result, Statement};
use tokio::sync::mpsc;

use crate::connection::Connection;
use crate::error;
use crate::session::Session;
use crate::stream::{self, Message, Sender};
use crate::text;
use crate::worker::Worker;

/// Runs a statement, after waiting at most for `wait` for a permit, and returns its rows.
pub(crate) async fn run(
    session: Session,
    statement: Statement,
    wait: Option<Duration>,
) -> Result<RecordStream> {
    let limit = statement.timeout();
    let (sender, receiver) = stream::channel();
    let work = move |connection| send(connection, &statement, sender);
    let worker = Worker::start(session, wait, work).await?;
    stream::receive(receiver, worker.guard, limit).await
}

/// Runs the statement and hands its rows over until they end or nobody wants more. The connection is
/// closed before the end is announced, so that whoever hears of it finds the engine idle. Blocks.
fn send(connection: Result<Connection>, statement: &Statement, sender: Sender) {
    let opened = connection.and_then(|connection| open(connection, statement));
    let (connection, reader) = match opened {
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
    let last = forward(reader, connection.id(), &sender.batches);
    drop(connection);
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
                if let Err(failure) = text::check(&batch) {
                    return Some(Message::Failed(failure));
                }
                rows += batch.num_rows() as u64;
                batches.blocking_send(Message::Batch(batch)).ok()?;
            }
            Err(failure) => return Some(Message::Failed(broken(failure, id, rows))),
        }
    }
    Some(Message::End)
}

fn open(
    mut connection: Connection,
    statement: &Statement,
) -> Result<(Connection, Box<dyn RecordBatchReader + Send>)> {
    connection.prepare(statement)?;
    let reader = connection.query(statement.sql())?;
    Ok((connection, reader))
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
