//! The records of delimited text, with the lines and bytes they stand on.

use std::ops::Range;

use csv::{ByteRecord, Reader, ReaderBuilder};

/// Walks over the records of a text. Blank lines and records of empty fields are passed over.
pub(super) struct Records<'a> {
    text: &'a [u8],
    base: usize,
    reader: Reader<&'a [u8]>,
    fields: ByteRecord,
    line: LineCounter,
}

/// One record.
pub(super) struct Record<'r> {
    /// The line it begins on; the first line of the text is 1.
    pub(super) line: u64,
    /// The bytes it stands on, without its line end.
    pub(super) span: Range<usize>,
    /// Whether the text ends with this record and without a line end.
    pub(super) unfinished: bool,
    /// Whether a quoted field began and the text ended before it did.
    pub(super) unclosed_quote: bool,
    fields: &'r ByteRecord,
}

impl Record<'_> {
    /// How many fields it has.
    pub(super) fn width(&self) -> usize {
        self.fields.len()
    }

    /// The fields without surrounding white space.
    ///
    /// # Errors
    /// The index of the first field that is not UTF-8.
    pub(super) fn cells(&self) -> Result<Vec<&str>, usize> {
        let cell = |(index, field)| str::from_utf8(field).map(str::trim).map_err(|_| index);
        self.fields.iter().enumerate().map(cell).collect()
    }
}

impl<'a> Records<'a> {
    /// The records of `text` from the byte `base` on.
    pub(super) fn new(text: &'a [u8], base: usize, delimiter: u8) -> Self {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(&text[base..]);
        Self { text, base, reader, fields: ByteRecord::new(), line: LineCounter::default() }
    }

    /// The next record.
    pub(super) fn advance(&mut self) -> Option<Record<'_>> {
        loop {
            let before = self.position();
            // Reading bytes from memory, with any number of fields, cannot fail.
            if !matches!(self.reader.read_byte_record(&mut self.fields), Ok(true)) {
                return None;
            }
            if self.fields.iter().any(|field| !field.trim_ascii().is_empty()) {
                return Some(self.locate(before..self.position()));
            }
        }
    }

    fn position(&self) -> usize {
        self.base + self.reader.position().byte() as usize
    }

    fn locate(&mut self, read: Range<usize>) -> Record<'_> {
        let bytes = &self.text[read.clone()];
        let is_line_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let blank = bytes.iter().take_while(|byte| is_line_end(byte)).count();
        let line_end = bytes.iter().rev().take_while(|byte| is_line_end(byte)).count();
        let span = read.start + blank..read.end - line_end;
        let at_end = read.end == self.text.len();
        let unfinished = at_end && line_end == 0;
        let odd_quotes = || bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
        let swallowed_line_end =
            || self.fields.iter().next_back().is_some_and(|field| field.iter().any(is_line_end));
        Record {
            line: self.line.at(self.text, span.start),
            unfinished,
            unclosed_quote: at_end && odd_quotes() && (unfinished || swallowed_line_end()),
            span,
            fields: &self.fields,
        }
    }
}

/// Counts lines on the way through a text; `\n`, `\r\n` and `\r` end one.
#[derive(Default)]
struct LineCounter {
    ended: u64,
    seen: usize,
}

impl LineCounter {
    /// The line of the byte at `position`, which is never before the one asked for last.
    fn at(&mut self, text: &[u8], position: usize) -> u64 {
        for index in self.seen..position {
            let ends_line = match text[index] {
                b'\n' => index == 0 || text[index - 1] != b'\r',
                byte => byte == b'\r',
            };
            self.ended += u64::from(ends_line);
        }
        self.seen = self.seen.max(position);
        self.ended + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(text: &str) -> Vec<(u64, &str)> {
        let mut records = Records::new(text.as_bytes(), 0, b',');
        let mut seen = Vec::new();
        while let Some(record) = records.advance() {
            seen.push((record.line, &text[record.span]));
        }
        seen
    }

    #[test]
    fn lines_are_counted_alike_for_every_line_end() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "c,\"d", "e\"", " ,", "f,g"].join(end);
            let quoted = format!("c,\"d{end}e\"");
            assert_eq!(walk(&text), [(1, "a,b"), (3, quoted.as_str()), (6, "f,g")], "{end:?}");
        }
    }

    #[test]
    fn only_a_quote_that_never_closes_counts_as_unclosed() {
        for (text, unclosed) in
            [("a,\"b\nc\n", true), ("a,\"b", true), ("a,\"b\nc\"\n", false), ("a,5\" x\n", false)]
        {
            let mut records = Records::new(text.as_bytes(), 0, b',');
            assert_eq!(records.advance().unwrap().unclosed_quote, unclosed, "{text:?}");
        }
    }
}
