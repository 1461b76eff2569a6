//! Queries.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::RecordBatchReader;
use arrow_schema::ArrowError;
use db_port::adapter::is_select;
use db_port::{DbError, RecordStream, Result, Statement};

use crate::connection::Connection;
use crate::engine::Engine;
use crate::error;
use crate::session::Session;
use crate::stream::{self, Message, Messages, Sender};
use crate::tables::Changing;
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
    let worker = Worker::start(&session, wait, move |engine, work| {
        send(engine.and_then(|engine| open(engine, work, &within, &statement)), sender, work);
    });
    let Worker { work, guard, .. } = worker.await?;
    stream::receive(receiver, &work, guard, limit).await
}

/// A statement whose rows are read.
struct Answer {
    rows: Rows,
    connection: Connection,
    /// Of a statement that is no `SELECT`.
    changing: Option<Changing>,
}

/// Runs the statement and hands its rows over until they end or nobody wants more. The connection is
/// let go before the end is announced, so that whoever hears of it finds the engine idle. Blocks.
fn send(opened: Result<Answer>, sender: Sender, work: &Work) {
    let Answer { rows, connection, changing } = match opened {
        Ok(opened) => opened,
        Err(failure) => {
            // Nobody waiting is as good as somebody told.
            drop(sender.schema.send(Err(failure)));
            return;
        }
    };
    if sender.schema.send(Ok(rows.schema())).is_err() {
        return;
    }
    let last = forward(rows, &sender.messages, work);
    if matches!(last, Some(Message::End)) && changing.is_none() {
        // From here on nobody kills it, and so nobody kills what is next on the connection.
        work.end();
        connection.leave();
    } else {
        drop(connection);
    }
    drop(changing);
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
    engine: Arc<Engine>,
    work: &Work,
    session: &Session,
    statement: &Statement,
) -> Result<Answer> {
    let changing = match is_select(statement.sql()) {
        true => None,
        false => Some(engine.running()?.tables.changing()),
    };
    let mut connection = session.connection(engine, work, statement)?;
    let rows = connection.query(statement.sql())?;
    Ok(Answer { rows, connection, changing })
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
