//! Queries.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::RecordBatchReader;
use arrow_schema::ArrowError;
use db_port::{DbError, RecordStream, Result, Statement};

use crate::connection::Connection;
use crate::error;
use crate::session::Session;
use crate::stream::{self, Message, Messages, Sender};
use crate::text;
use crate::work::Work;
use crate::worker::Worker;

type Rows = Box<dyn RecordBatchReader + Send>;

/// Runs a statement, after waiting at most for `wait` for a permit, and returns its rows.
pub(crate) async fn run(
    session: Arc<Session>,
    statement: Statement,
    wait: Option<Duration>,
) -> Result<RecordStream> {
    let limit = statement.timeout();
    let (sender, receiver) = stream::channel();
    let within = Arc::clone(&session);
    let worker = Worker::start(&session, wait, move |connection, work| {
        send(connection.and_then(|connection| open(connection, &within, &statement)), sender, work);
    });
    let Worker { work, guard, .. } = worker.await?;
    stream::receive(receiver, &work, guard, limit).await
}

/// Runs the statement and hands its rows over until they end or nobody wants more. The connection is
/// closed before the end is announced, so that whoever hears of it finds the engine idle. Blocks.
fn send(opened: Result<(Connection, Rows)>, sender: Sender, work: &Work) {
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
    let last = forward(reader, &sender.messages, work);
    drop(connection);
    if let Some(last) = last {
        sender.messages.send(last, work);
    }
}

/// Sends batches on, and returns the message to end with; `None` when nobody listens any more.
fn forward(reader: Rows, messages: &Messages, work: &Work) -> Option<Message> {
    let mut rows = 0;
    for batch in reader {
        match batch {
            Ok(batch) => {
                if let Err(failure) = text::check(&batch) {
                    return Some(Message::Failed(failure));
                }
                rows += batch.num_rows() as u64;
                if !messages.send(Message::Batch(batch), work) {
                    return None;
                }
            }
            Err(failure) => return Some(Message::Failed(broken(failure, work.id(), rows))),
        }
    }
    Some(Message::End)
}

fn open(
    mut connection: Connection,
    session: &Session,
    statement: &Statement,
) -> Result<(Connection, Rows)> {
    session.prepare(&mut connection, statement)?;
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
