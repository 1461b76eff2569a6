//! The rows of an insert as they are sent.

use std::iter;

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, Schema};
use bytes::Bytes;
use clickhouse::Client;
use clickhouse::error::Error as ClientError;
use db_port::adapter::{Setting, deduplication_token, quoted_identifier};
use db_port::{DbError, Insert, Phase, Result};
use tokio::task::yield_now;
use tokio::time::Instant;

use super::beside::{PIECE, beside};
use crate::call::Exchange;
use crate::policy::failure::Failure;
use crate::wire::classify::{acknowledged, classify};
use crate::wire::request::Request;
use crate::wire::settings::{LIMITS_THROW, WHOLE_ANSWER};

/// What is sent, and sent again.
pub(super) struct Block {
    sql: String,
    /// Where it is missing, each attempt has one of its own.
    token: Option<String>,
    settings: Vec<Setting>,
    rows: u64,
    body: Bytes,
}

impl Block {
    /// Encodes the rows: one that has many does so on a thread that may block, because other tasks
    /// would wait.
    ///
    /// # Errors
    /// [`DbError::InvalidInput`] of a batch that has no form on the wire.
    pub(super) async fn new(insert: &Insert, settings: Vec<Setting>) -> Result<Self> {
        let bytes = insert.batch().get_array_memory_size();
        let what = format!("insert into {}", insert.table());
        let insert = insert.clone();
        let encoded = beside(bytes, move || Self::encoded(&insert, settings)).await;
        encoded.map_err(|lost| DbError::InvalidInput { what, reason: lost.to_string() })?
    }

    fn encoded(insert: &Insert, settings: Vec<Setting>) -> Result<Self> {
        let refuse = |reason| {
            let what = format!("insert into {}", insert.table());
            DbError::InvalidInput { what, reason }
        };
        if insert.batch().num_columns() == 0 {
            return Err(refuse("its rows have no columns".into()));
        }
        let body = encode(insert.batch()).map_err(|error| refuse(error.to_string()))?;
        // A server that crashes can remember the token of rows that it has not stored, and would
        // then acknowledge them without storing them. Rows that may be stored twice need no such
        // risk, unless their caller named them.
        let is_named = insert.deduplication_token().is_some();
        let token =
            (is_named || !insert.is_idempotent()).then(|| deduplication_token(insert, &body));
        let rows = insert.batch().num_rows() as u64;
        Ok(Self { sql: sql(insert), token, settings, rows, body })
    }

    /// The body in the pieces that are compressed and sent one by one. The server takes them
    /// together.
    fn pieces(&self) -> impl Iterator<Item = Bytes> {
        let mut rest = self.body.clone();
        iter::from_fn(move || {
            let piece = rest.split_to(rest.len().min(PIECE));
            (!piece.is_empty()).then_some(piece)
        })
    }
}

impl Exchange for Block {
    type Answer = ();

    async fn exchange(&self, client: Client, request: Request) -> Result<(), Failure> {
        let end = Instant::now() + request.deadline.next_wait(Phase::Request);
        let left = || Some(end.saturating_duration_since(Instant::now()));
        let mut sending = client
            .insert_formatted_with(&*self.sql)
            .with_setting("query_id", &request.query_id)
            .with_setting("async_insert", "0");
        for (name, value) in LIMITS_THROW.into_iter().chain([WHOLE_ANSWER]) {
            sending = sending.with_setting(name, value);
        }
        if let Some(seconds) = request.execution_time() {
            sending = sending.with_setting("max_execution_time", seconds);
        }
        for Setting { name, value } in &self.settings {
            sending = sending.with_setting(name.as_str(), value);
        }
        let token = self.token.as_ref().unwrap_or(&request.query_id);
        sending = sending
            .with_setting("insert_deduplicate", "1")
            .with_setting("insert_deduplication_token", token);
        // The client goes on with what was dropped, or came too late.
        let unfinished = request.tracked.close_on_drop();
        let mut handed_over = Ok(());
        for piece in self.pieces() {
            sending = sending.with_timeouts(left(), left());
            handed_over = sending.send(piece).await;
            if handed_over.is_err() {
                break;
            }
            yield_now().await;
        }
        let sending = sending.with_timeouts(None, left());
        let sent = match handed_over {
            Ok(()) => sending.end().await,
            // The connection's task is gone; its end tells why.
            Err(lost @ ClientError::Network(_)) => sending.end().await.and(Err(lost)),
            Err(error) => Err(error),
        };
        if matches!(sent, Ok(()) | Err(ClientError::BadResponse(_))) {
            unfinished.disarm();
        }
        sent.map_err(|error| classify(error, &request, None))?;
        acknowledged(&request, self.rows)
    }
}

/// Names the columns, because the server drops those of an unnamed column list that it does not
/// know without a word.
fn sql(insert: &Insert) -> String {
    let schema = insert.batch().schema();
    let names: Vec<_> =
        schema.fields().iter().map(|field| quoted_identifier(field.name())).collect();
    format!("INSERT INTO `{}` ({}) FORMAT ArrowStream", insert.table(), names.join(", "))
}

fn encode(batch: &RecordBatch) -> Result<Bytes, ArrowError> {
    // Metadata would only cost bytes.
    let schema = Schema::new(batch.schema().fields().clone());
    let mut writer = StreamWriter::try_new(Vec::new(), &schema)?;
    writer.write(batch)?;
    writer.finish()?;
    Ok(writer.into_inner()?.into())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use arrow_array::{ArrayRef, Int64Array};
    use db_port::Identifier;

    use super::*;

    fn insert(rows: i64) -> Insert {
        let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
        let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
        Insert::new(Identifier::from_static("t"), batch).with_deduplication_token("a")
    }

    #[tokio::test]
    async fn other_tasks_run_while_a_large_batch_is_encoded() {
        let ticks = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&ticks);
        let ticking = tokio::spawn(async move {
            loop {
                counted.fetch_add(1, Ordering::Relaxed);
                yield_now().await;
            }
        });
        let insert = insert(PIECE as i64 / 4);
        let block = Block::new(&insert, Vec::new()).await.unwrap();
        assert!(ticks.load(Ordering::Relaxed) > 0);
        ticking.abort();
        let here = Block::encoded(&insert, Vec::new()).unwrap();
        assert!(block.body == here.body && block.token.is_some() && block.token == here.token);
    }

    #[tokio::test]
    async fn the_pieces_of_a_body_are_the_body() {
        for rows in [1, PIECE as i64 / 4] {
            let block = Block::new(&insert(rows), Vec::new()).await.unwrap();
            let pieces: Vec<_> = block.pieces().collect();
            assert!(pieces.iter().all(|piece| (1..=PIECE).contains(&piece.len())));
            assert!(pieces.concat() == block.body);
        }
    }
}
