use std::collections::VecDeque;

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamDecoder;
use arrow_schema::ArrowError;
use bytes::Bytes;
use clickhouse::Client;
use clickhouse::error::Error as ClientError;
use clickhouse::query::BytesCursor;
use db_port::{DbError, Phase, RecordStream, Result, Statement};
use futures_util::stream;

use crate::error::{classify, reported};
use crate::exception::Tail;
use crate::request::Request;

/// Runs a statement that returns rows; comes back when the columns are known.
pub(crate) async fn open(
    client: &Client,
    statement: &Statement,
    request: Request,
) -> Result<RecordStream> {
    let cursor = request
        .prepare(client, statement)?
        .fetch_bytes("ArrowStream")
        .map_err(|error| classify(error, &request, None))?;
    let mut answer = Answer {
        request,
        cursor,
        decoder: StreamDecoder::new(),
        tail: Tail::default(),
        batches: VecDeque::new(),
        received: None,
    };
    let schema = loop {
        if let Some(schema) = answer.decoder.schema() {
            break schema;
        }
        if !answer.read(Phase::Request).await? {
            return Err(DbError::UnexpectedResult {
                expected: "an answer with columns".into(),
                found: "an empty answer, as of a statement that returns no rows".into(),
            });
        }
    };
    answer.received = Some(0);
    Ok(RecordStream::new(
        schema,
        stream::try_unfold(answer, |mut answer| async move {
            Ok(answer.next().await?.map(|batch| (batch, answer)))
        }),
    ))
}

/// The server's answer, decoded as it arrives.
struct Answer {
    request: Request,
    cursor: BytesCursor,
    decoder: StreamDecoder,
    tail: Tail,
    batches: VecDeque<RecordBatch>,
    /// Rows handed out, once the columns are known.
    received: Option<u64>,
}

impl Answer {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(batch) = self.batches.pop_front() {
                self.received = self.received.map(|rows| rows + batch.num_rows() as u64);
                return Ok(Some(batch));
            }
            if !self.read(Phase::Stream).await? {
                return Ok(None);
            }
        }
    }

    /// Decodes the next piece of the answer; false after the last one of a complete answer.
    async fn read(&mut self, phase: Phase) -> Result<bool> {
        match self.request.limits.hold(phase, self.cursor.next()).await? {
            Ok(Some(piece)) => {
                self.tail.push(&piece);
                self.decode(piece).map_err(|error| {
                    self.exception().unwrap_or_else(|| DbError::UnexpectedResult {
                        expected: "rows in the Arrow format".into(),
                        found: error.to_string(),
                    })
                })?;
                Ok(true)
            }
            Ok(None) if self.is_complete() => Ok(false),
            Ok(None) => Err(self.exception().unwrap_or_else(|| {
                self.request.unanswered("its end is missing", None, self.received)
            })),
            Err(error) => Err(self.failure(error)),
        }
    }

    fn decode(&mut self, piece: Bytes) -> Result<(), ArrowError> {
        let mut piece = piece.into();
        while let Some(batch) = self.decoder.decode(&mut piece)? {
            self.batches.push_back(batch);
        }
        Ok(())
    }

    /// Whether the answer ended with Arrow's end marker. The decoder does not tell, but behind the
    /// marker, and only there, it refuses one more byte. Without a schema nothing is missing.
    fn is_complete(&mut self) -> bool {
        self.decoder.finish().is_ok()
            && (self.decoder.schema().is_none() || self.decode(Bytes::from_static(&[0])).is_err())
    }

    fn failure(&self, error: ClientError) -> DbError {
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
    fn exception(&self) -> Option<DbError> {
        Some(reported(&self.tail.exception()?, &self.request, self.received))
    }
}
