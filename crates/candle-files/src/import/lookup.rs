//! Records by the byte that they begin with: for messages, and for the end of a file.

use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::sync::OnceLock;

use csv::{ByteRecord, ReaderBuilder};
use memchr::memchr_iter;

use super::content::Content;
use super::error::ImportError;
use super::line_index::LineIndex;
use super::records::{is_line_end, without_line_ends};

/// The records of a file, wherever they stand.
pub(crate) struct Lookup<'c> {
    content: &'c Content<'c>,
    delimiter: u8,
    lines: OnceLock<LineIndex>,
    failed: OnceLock<io::Error>,
}

/// How a text ends.
#[derive(Default)]
pub(crate) struct Ending {
    /// How many fields the last record has.
    pub(crate) width: usize,
    /// Whether the text ends with the record and without a line end.
    pub(crate) unfinished: bool,
    /// Whether the last record has a quoted field that never ends.
    pub(crate) unclosed_quote: bool,
}

/// A record, and its bytes with the line end.
type Found<'c> = (ByteRecord, Cow<'c, [u8]>);

/// Few records are longer.
const COMMON: usize = 4096;

impl<'c> Lookup<'c> {
    pub(crate) const fn new(content: &'c Content<'c>, delimiter: u8) -> Self {
        Self { content, delimiter, lines: OnceLock::new(), failed: OnceLock::new() }
    }

    /// The line that the record at `start` begins on; the first line is 1.
    pub(crate) fn line(&self, start: usize) -> u64 {
        let index = match self.lines.get() {
            Some(index) => index,
            None => {
                let index = self.kept(LineIndex::of(self.content));
                self.lines.get_or_init(|| index)
            }
        };
        self.kept(index.line(self.content, start))
    }

    /// The record at `start` as it stands in the text; bytes that are not UTF-8 are replaced.
    pub(crate) fn text(&self, start: usize) -> String {
        let (_, bytes) = self.kept(self.find(start));
        String::from_utf8_lossy(&bytes[without_line_ends(&bytes)]).into_owned()
    }

    /// What the last record, which begins at `start`, says about the end.
    pub(crate) fn ending(&self, start: usize) -> Ending {
        let (record, bytes) = self.kept(self.find(start));
        let is_last = start + bytes.len() == self.content.len();
        let unfinished = is_last && !bytes.last().is_some_and(is_line_end);
        let last = record.iter().next_back().unwrap_or_default();
        let has_open_quote = memchr_iter(b'"', &bytes).count() % 2 == 1;
        Ending {
            width: record.len(),
            unfinished,
            unclosed_quote: is_last
                && has_open_quote
                && (unfinished || last.iter().any(is_line_end)),
        }
    }

    /// # Errors
    /// The file could not be read again: what was looked up is not to be used.
    pub(crate) fn check(self, path: &Path) -> Result<(), ImportError> {
        match self.failed.into_inner() {
            Some(source) => Err(ImportError::Unreadable { path: path.to_owned(), source }),
            None => Ok(()),
        }
    }

    fn find(&self, start: usize) -> io::Result<Found<'c>> {
        let mut size = COMMON;
        loop {
            let end = self.content.len().min(start.saturating_add(size));
            let bytes = self.content.bytes(start..end)?;
            let mut reader = ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(self.delimiter)
                .from_reader(&*bytes);
            let mut record = ByteRecord::new();
            // Reading bytes from memory, with any number of fields, cannot fail.
            let _ = reader.read_byte_record(&mut record);
            let length = reader.position().byte() as usize;
            if length < bytes.len() || end == self.content.len() {
                let bytes = match bytes {
                    Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[..length]),
                    Cow::Owned(bytes) => Cow::Owned(bytes[..length].to_vec()),
                };
                return Ok((record, bytes));
            }
            size = size.saturating_mul(8);
        }
    }

    fn kept<T: Default>(&self, result: io::Result<T>) -> T {
        result.unwrap_or_else(|error| {
            let _ = self.failed.set(error);
            T::default()
        })
    }
}
