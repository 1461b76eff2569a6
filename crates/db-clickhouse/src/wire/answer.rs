//! The server's answer to a query, decoded as it arrives.

use std::collections::VecDeque;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use clickhouse::Client;
use clickhouse::error::Error as ClientError;
use clickhouse::query::BytesCursor;
use db_port::{DbError, Phase, RecordStream, Result, Statement};
use futures_util::stream;
use tokio_util::sync::CancellationToken;

use super::arrow_decoder::ArrowDecoder;
use super::classify::{classify, reported};
use super::exception::Tail;
use super::request::Request;
use crate::policy::failure::{Failure, FailureClass};
use crate::telemetry;

/// Runs a statement that returns rows; comes back when the first of them are there, so that an
/// attempt that fails before can be retried unnoticed.
pub(crate) async fn open(
    client: &Client,
    statement: &Statement,
    request: Request,
) -> Result<Answer, Failure> {
    let cursor = request
        .prepare(client, statement)
        .fetch_bytes("ArrowStream")
        .map_err(|error| classify(error, &request, None))?;
    let mut answer = Answer {
        request,
        cursor,
        decoder: ArrowDecoder::default(),
        tail: Tail::default(),
        batches: VecDeque::new(),
        received: None,
        whole: false,
    };
    let deadline = answer.request.deadline;
    let begun = async {
        while answer.batches.is_empty() && !answer.whole {
            answer.read(Phase::Request).await?;
        }
        Ok(answer)
    };
    deadline.hold_attempt(begun).await?
}

/// An answer whose first rows are there.
pub(crate) struct Answer {
    request: Request,
    cursor: BytesCursor,
    decoder: ArrowDecoder,
    tail: Tail,
    batches: VecDeque<RecordBatch>,
    /// Rows handed out, once there are some.
    received: Option<u64>,
    whole: bool,
}

impl Answer {
    /// The rest of the answer, which keeps what is `held` until it ends or is dropped, and ends
    /// when `closing` is cancelled.
    pub(crate) fn into_stream(
        self,
        held: impl Send + 'static,
        closing: CancellationToken,
    ) -> Result<RecordStream> {
        let schema = self.schema()?;
        let batches = stream::try_unfold((self, held), move |(mut answer, held)| {
            let closing = closing.clone();
            async move {
                let next = tokio::select! {
                    biased;
                    () = closing.cancelled() => Err(DbError::Closed),
                    next = answer.next() => next,
                };
                Ok(next?.map(|batch| (batch, (answer, held))))
            }
        });
        Ok(RecordStream::new(schema, batches))
    }

    fn schema(&self) -> Result<SchemaRef> {
        self.decoder.schema().ok_or_else(|| DbError::UnexpectedResult {
            expected: "an answer with columns".into(),
            found: "an empty answer, as of a statement that returns no rows".into(),
        })
    }

    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(batch) = self.batches.pop_front() {
                let rows = batch.num_rows() as u64;
                self.received = Some(self.received.unwrap_or_default() + rows);
                return Ok(Some(batch));
            }
            if self.whole {
                return Ok(None);
            }
            self.read(Phase::Stream).await.map_err(|failure| {
                telemetry::failed(failure.class);
                failure.error
            })?;
        }
    }

    /// Decodes the next piece of the answer, or sees that it was complete.
    async fn read(&mut self, phase: Phase) -> Result<(), Failure> {
        match self.request.deadline.hold(phase, self.cursor.next()).await? {
            Ok(Some(piece)) => {
                self.tail.push(piece.clone());
                let batches = &mut self.batches;
                let decoded = self.decoder.decode(piece, |batch| batches.push_back(batch));
                decoded.map_err(|reason| self.exception().unwrap_or_else(|| self.corrupt(&reason)))
            }
            Ok(None) if self.decoder.is_complete() => {
                self.whole = true;
                Ok(())
            }
            Ok(None) => Err(self.exception().unwrap_or_else(|| {
                let error = self.request.unanswered("its end is missing", None, self.received);
                Failure::new(FailureClass::Ambiguous, error)
            })),
            Err(error) => Err(self.failure(error)),
        }
    }

    fn corrupt(&self, reason: &str) -> Failure {
        let (server, rows) = (&self.request.server, self.received.unwrap_or_default());
        let advice = if reason.contains("UTF8") {
            "read bytes that are no text through hex()"
        } else {
            "look for a proxy that changes answers, and for a FORMAT in the statement"
        };
        Failure::permanent(DbError::UnexpectedResult {
            expected: format!("rows in the Arrow format from {server}"),
            found: format!("something else after {rows} rows: {reason}; {advice}"),
        })
    }

    fn failure(&self, error: ClientError) -> Failure {
        let exception = match error {
            // All that the client says of an exception whose beginning came in another piece.
            ClientError::Other(_) => self.tail.start_of_exception(),
            _ => self.tail.exception(),
        };
        match exception {
            Some(text) => reported(&text, &self.request, self.received),
            None => classify(error, &self.request, self.received),
        }
    }

    /// The exception that the answer ends with, where the client did not see it.
    fn exception(&self) -> Option<Failure> {
        Some(reported(&self.tail.exception()?, &self.request, self.received))
    }
}
