//! Arrow batches out of the bytes of an answer, which may be anything.

use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamDecoder;
use arrow_schema::SchemaRef;
use bytes::Bytes;

use super::body::Body;
use super::frames::{Frames, Part};

#[cfg(test)]
mod tests;

/// Decodes a stream piece by piece. After an error it is of no more use.
#[derive(Default)]
pub(super) struct ArrowDecoder {
    has_begun: bool,
    frames: Frames,
    body: Body,
    decoder: StreamDecoder,
}

impl ArrowDecoder {
    /// Hands the batches that end in `piece` to `take`.
    ///
    /// # Errors
    /// What is wrong with the piece.
    pub(super) fn decode(
        &mut self,
        mut piece: Bytes,
        mut take: impl FnMut(RecordBatch),
    ) -> Result<(), String> {
        self.has_begun |= !piece.is_empty();
        while !piece.is_empty() {
            match self.frames.read(&piece)? {
                Part::Head(length) => self.read(piece.split_to(length), &mut take)?,
                Part::Body { length, left } => {
                    if let Some(body) = self.body.push(piece.split_to(length), left) {
                        self.read(body, &mut take)?;
                    }
                }
                Part::Foreign => return Ok(()),
            }
        }
        Ok(())
    }

    fn read(&mut self, bytes: Bytes, mut take: impl FnMut(RecordBatch)) -> Result<(), String> {
        let mut rest = bytes.into();
        // Arrow's reader panics on schemas and null bitmaps that contradict themselves, in about fifty
        // places. What it has built is checked, and it is not asked again.
        loop {
            match catch_unwind(AssertUnwindSafe(|| self.decoder.decode(&mut rest))) {
                Ok(Ok(Some(batch))) => take(batch),
                Ok(Ok(None)) => return Ok(()),
                Ok(Err(error)) => return Err(error.to_string()),
                Err(_) => return Err("a frame contradicts itself".into()),
            }
        }
    }

    /// Once it is there.
    pub(super) fn schema(&self) -> Option<SchemaRef> {
        self.decoder.schema()
    }

    /// Whether the stream may end here: behind its end marker, or before its first byte.
    pub(super) const fn is_complete(&self) -> bool {
        self.frames.has_ended() || !self.has_begun
    }
}
