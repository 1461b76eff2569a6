//! A text below the header of a file, and its records.

use std::ops::{ControlFlow, Range};

use csv::{ByteRecord, ReaderBuilder};
use memchr::{memchr, memchr_iter, memchr2};

/// The records of a text. Blank lines and records of empty fields are left out.
pub(crate) struct Records<'a> {
    text: &'a [u8],
    /// The byte of the file that the text begins with.
    offset: usize,
    delimiter: u8,
    /// Whether there is a quotation mark: then a field may have delimiters and line ends in it.
    has_quotes: bool,
    /// Whether the file ends with the text.
    is_end: bool,
}

/// One record.
pub(crate) struct Record<'r> {
    /// The byte of the file that it begins with.
    pub(crate) start: usize,
    /// The fields without surrounding white space, or the index of the first that is not UTF-8.
    pub(crate) cells: Result<&'r [&'r str], usize>,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl<'a> Records<'a> {
    /// Those of `text`, which begins at the byte `offset` of its file.
    pub(crate) fn of(text: &'a [u8], offset: usize, delimiter: u8) -> Self {
        // `csv` drops the mark, where it stands a second time, before it looks for blank records.
        let has_quotes = memchr(b'"', text).is_some() || text.starts_with(BYTE_ORDER_MARK);
        Self { text, offset, delimiter, has_quotes, is_end: true }
    }

    /// The same, of which the last may not be whole.
    pub(crate) fn with_more_behind(self) -> Self {
        Self { is_end: false, ..self }
    }

    /// The byte of the file behind that of the text.
    pub(crate) const fn behind(&self, index: usize) -> usize {
        self.offset + index
    }

    /// Ranges of about `size` bytes that begin and end between records. There is one only where
    /// quotation marks leave open which line ends end a record.
    pub(crate) fn pieces(&self, size: usize) -> Vec<Range<usize>> {
        let end = self.text.len();
        let (mut pieces, mut start) = (Vec::new(), 0);
        while !self.has_quotes && end - start > size {
            let from = start + size;
            let Some(length) = memchr2(b'\n', b'\r', &self.text[from..]) else { break };
            let cut = from + length + 1;
            pieces.push(start..cut);
            start = cut;
        }
        pieces.push(start..end);
        pieces
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        let mut is_empty = true;
        self.visit(self.whole(), |_| {
            is_empty = false;
            ControlFlow::Break(())
        });
        is_empty
    }

    /// All of it as one piece.
    pub(crate) fn whole(&self) -> Range<usize> {
        0..self.text.len()
    }

    /// Shows the records of a piece to `visit`, until it says that it has seen enough. Says behind which
    /// byte of the text it has shown all: before a last record that may not be whole.
    pub(crate) fn visit(
        &self,
        piece: Range<usize>,
        visit: impl FnMut(Record<'_>) -> ControlFlow<()>,
    ) -> usize {
        if self.has_quotes {
            self.visit_quoted(piece, visit)
        } else {
            self.visit_lines(piece, visit)
        }
    }

    /// Without quotation marks every line is a record, and its fields are what stands between the
    /// delimiters.
    fn visit_lines(
        &self,
        piece: Range<usize>,
        mut visit: impl FnMut(Record<'_>) -> ControlFlow<()>,
    ) -> usize {
        let (mut cells, mut next) = (Vec::new(), piece.start);
        while next < piece.end {
            let (start, rest) = (next, &self.text[next..piece.end]);
            let line = &rest[..memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())];
            next += line.len() + 1;
            if self.is_blank(line) {
                continue;
            }
            let cells = self.split(line, &mut cells).map(|()| &*cells);
            if visit(Record { start: self.offset + start, cells }).is_break() {
                break;
            }
        }
        next.min(piece.end)
    }

    fn visit_quoted(
        &self,
        piece: Range<usize>,
        mut visit: impl FnMut(Record<'_>) -> ControlFlow<()>,
    ) -> usize {
        let (mut reader, mut record) = (self.reader(piece.clone()), ByteRecord::new());
        let mut read = piece.start;
        // Reading bytes from memory, with any number of fields, cannot fail.
        while let Ok(true) = reader.read_byte_record(&mut record) {
            let end = piece.start + reader.position().byte() as usize;
            if end == piece.end && !self.is_end {
                return read;
            }
            let from = std::mem::replace(&mut read, end);
            if record.iter().all(|field| field.trim_ascii().is_empty()) {
                continue;
            }
            let span = without_line_ends(&self.text[from..end]);
            let start = from + span.start;
            let (mut cells, bytes) =
                (Vec::with_capacity(record.len()), &self.text[start..from + span.end]);
            let split = match memchr(b'"', bytes) {
                None => self.split(bytes, &mut cells),
                Some(_) => unquoted(&record, &mut cells),
            };
            let cells = split.map(|()| &*cells);
            if visit(Record { start: self.offset + start, cells }).is_break() {
                return end;
            }
        }
        piece.end
    }

    fn is_blank(&self, line: &[u8]) -> bool {
        line.iter().all(|byte| *byte == self.delimiter || byte.is_ascii_whitespace())
    }

    /// The fields of a record without quotation marks.
    fn split<'t>(&self, line: &'t [u8], cells: &mut Vec<&'t str>) -> Result<(), usize> {
        cells.clear();
        // The delimiters before what is no text tell which field it is in.
        let text = str::from_utf8(line)
            .map_err(|error| memchr_iter(self.delimiter, &line[..error.valid_up_to()]).count())?;
        let mut start = 0;
        for end in memchr_iter(self.delimiter, line) {
            cells.push(trimmed(&text[start..end]));
            start = end + 1;
        }
        cells.push(trimmed(&text[start..]));
        Ok(())
    }

    fn reader(&self, piece: Range<usize>) -> csv::Reader<&'a [u8]> {
        ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .from_reader(&self.text[piece])
    }
}

/// Where `record` stands in bytes that begin and end with line ends.
pub(crate) fn without_line_ends(record: &[u8]) -> Range<usize> {
    let before = record.iter().take_while(|byte| is_line_end(byte)).count();
    let behind = record[before..].iter().rev().take_while(|byte| is_line_end(byte)).count();
    before..record.len() - behind
}

/// The fields of a record with quotation marks, without these.
fn unquoted<'t>(record: &'t ByteRecord, cells: &mut Vec<&'t str>) -> Result<(), usize> {
    for (index, field) in record.iter().enumerate() {
        cells.push(str::from_utf8(field).map_err(|_| index)?.trim());
    }
    Ok(())
}

pub(crate) const fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// As [`str::trim`], which takes apart characters at both ends where most cells have none to trim.
fn trimmed(cell: &str) -> &str {
    match cell.as_bytes() {
        [b'!'..=b'~', .., b'!'..=b'~'] | [b'!'..=b'~'] | [] => cell,
        _ => cell.trim(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::import::content::Content;
    use crate::import::lookup::Lookup;

    fn walk(text: &str) -> Vec<(u64, String)> {
        let records = Records::of(text.as_bytes(), 0, b',');
        let content = Content::held(text.as_bytes());
        let lookup = Lookup::new(&content, b',');
        let starts = starts(&records, records.whole());
        starts.into_iter().map(|start| (lookup.line(start), lookup.text(start))).collect()
    }

    fn starts(records: &Records<'_>, piece: Range<usize>) -> Vec<usize> {
        let mut starts = Vec::new();
        records.visit(piece, |record| {
            starts.push(record.start);
            ControlFlow::Continue(())
        });
        starts
    }

    fn cells(records: &Records<'_>) -> Vec<Result<Vec<String>, usize>> {
        let mut all = Vec::new();
        records.visit(records.whole(), |record| {
            all.push(record.cells.map(|cells| cells.iter().map(|&cell| cell.to_owned()).collect()));
            ControlFlow::Continue(())
        });
        all
    }

    #[test]
    fn lines_are_counted_alike_for_every_line_end() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "c,\"d", "e\"", " ,", "f,g"].join(end);
            let quoted = format!("c,\"d{end}e\"");
            let expected = [(1, "a,b".to_owned()), (3, quoted), (6, "f,g".to_owned())];
            assert_eq!(walk(&text), expected, "{end:?}");
        }
    }

    #[test]
    fn only_a_quote_that_never_closes_counts_as_unclosed() {
        for (text, unclosed) in
            [("a,\"b\nc\n", true), ("a,\"b", true), ("a,\"b\nc\"\n", false), ("a,5\" x\n", false)]
        {
            let content = Content::held(text.as_bytes());
            let ending = Lookup::new(&content, b',').ending(0);
            assert_eq!(ending.unclosed_quote, unclosed, "{text:?}");
        }
    }

    #[test]
    fn fields_are_unquoted_and_trimmed_and_the_first_that_is_no_text_is_named() {
        let records = Records::of(b" a , \"x\"\"y\",\"b,\"\"c\"\"\"\n1,\xff,3\n", 0, b',');
        let names = ["a", "\"x\"\"y\"", "b,\"c\""].map(str::to_owned).to_vec();
        assert_eq!(cells(&records), [Ok(names), Err(1)]);
        assert_eq!(cells(&Records::of(b"1,\xff,3\n", 0, b',')), [Err(1)]);
    }

    #[test]
    fn visiting_ends_where_enough_was_seen() {
        for text in ["a\nb\n", "\"a\"\nb\n"] {
            let records = Records::of(text.as_bytes(), 0, b',');
            let mut seen = 0;
            records.visit(records.whole(), |_| {
                seen += 1;
                ControlFlow::Break(())
            });
            assert_eq!(seen, 1, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn fields_are_those_that_csv_says(text in "[a1 ,;\"\n\r]{0,40}|[a1 ,é\u{a0}\n\r\t]{0,40}") {
            let mut reader = ReaderBuilder::new();
            let reader = reader.has_headers(false).flexible(true).from_reader(text.as_bytes());
            let records: Vec<_> = reader.into_byte_records().map(Result::unwrap).collect();
            let is_blank = |r: &ByteRecord| r.iter().all(|field| field.trim_ascii().is_empty());
            let fields = |record: &ByteRecord| -> Result<Vec<String>, usize> {
                let trimmed = record.iter().map(|field| str::from_utf8(field).unwrap().trim());
                Ok(trimmed.map(str::to_owned).collect())
            };
            let records = records.iter().filter(|record| !is_blank(record));
            let expected: Vec<_> = records.map(fields).collect();
            let records = Records::of(text.as_bytes(), 0, b',');
            prop_assert_eq!(cells(&records), &expected[..]);
            if let Some(last) = starts(&records, records.whole()).pop() {
                let width = expected.last().unwrap().as_ref().unwrap().len();
                let content = Content::held(text.as_bytes());
                prop_assert_eq!(Lookup::new(&content, b',').ending(last).width, width);
            }
        }

        #[test]
        fn pieces_have_the_records_of_the_whole(text in "[a1 ,\"\n\r]{0,60}", size in 1..20_usize) {
            let records = Records::of(text.as_bytes(), 0, b',');
            let pieces = records.pieces(size);
            prop_assert!(pieces.windows(2).all(|pair| pair[0].end == pair[1].start));
            let all: Vec<_> = pieces.into_iter().flat_map(|piece| starts(&records, piece)).collect();
            prop_assert_eq!(all, starts(&records, records.whole()));
        }
    }
}
