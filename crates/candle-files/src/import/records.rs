//! The records of delimited text in memory, with the lines and bytes they stand on.

use std::ops::Range;

use csv::{ByteRecord, ReaderBuilder};

use super::line_counter::LineCounter;

/// The records of a text, parsed once. Blank lines and records of empty fields are left out.
pub(crate) struct Records<'a> {
    text: &'a [u8],
    delimiter: u8,
    /// The most fields that a record has.
    widest: usize,
    places: Vec<Place>,
    quoted: Quoted,
    /// Whether the text ends with a record and without a line end.
    pub(crate) unfinished: bool,
    /// Whether the last record has a quoted field that never ends.
    pub(crate) unclosed_quote: bool,
}

/// Where a record stands in the text, and its fields among the quoted ones; none if it has no
/// quotation mark, since its fields are then what stands between the delimiters.
struct Place {
    line: u64,
    span: Range<usize>,
    quoted: Range<usize>,
}

/// The fields of records that have quotation marks, without these, one behind the other.
#[derive(Default)]
struct Quoted {
    bytes: Vec<u8>,
    /// Where each field ends.
    ends: Vec<usize>,
}

/// One record.
#[derive(Clone, Copy)]
pub(crate) struct Record<'r> {
    records: &'r Records<'r>,
    place: &'r Place,
}

impl<'r> Record<'r> {
    /// The line it begins on; the first line of the text is 1.
    pub(crate) const fn line(self) -> u64 {
        self.place.line
    }

    /// Where it ends in the text, without its line end.
    pub(crate) const fn end(self) -> usize {
        self.place.span.end
    }

    /// As it stands in the text; bytes that are not UTF-8 are replaced.
    pub(crate) fn text(self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    /// How many fields it has.
    pub(crate) fn width(self) -> usize {
        match self.place.quoted.len() {
            0 => self.bytes().split(|byte| *byte == self.records.delimiter).count(),
            quoted => quoted,
        }
    }

    /// The fields without surrounding white space.
    ///
    /// # Errors
    /// The index of the first field that is not UTF-8.
    pub(crate) fn cells(self) -> Result<Vec<&'r str>, usize> {
        let Records { delimiter, widest, quoted, .. } = self.records;
        let mut cells = Vec::with_capacity(*widest);
        if !self.place.quoted.is_empty() {
            for (index, field) in quoted.fields(&self.place.quoted).enumerate() {
                cells.push(str::from_utf8(field).map_err(|_| index)?.trim());
            }
            return Ok(cells);
        }
        // The delimiters before what is no text tell which field it is in.
        let text = str::from_utf8(self.bytes()).map_err(|error| {
            let before = &self.bytes()[..error.valid_up_to()];
            before.iter().filter(|byte| *byte == delimiter).count()
        })?;
        cells.extend(text.split(char::from(*delimiter)).map(str::trim));
        Ok(cells)
    }

    fn bytes(self) -> &'r [u8] {
        &self.records.text[self.place.span.clone()]
    }
}

impl Quoted {
    /// Keeps the fields of `record`, and says where.
    fn push(&mut self, record: &ByteRecord) -> Range<usize> {
        let (bytes, fields) = (self.bytes.len(), self.ends.len());
        self.bytes.extend_from_slice(record.as_slice());
        let ranges = (0..record.len()).filter_map(|index| record.range(index));
        self.ends.extend(ranges.map(|range| bytes + range.end));
        fields..self.ends.len()
    }

    fn fields(&self, kept: &Range<usize>) -> impl Iterator<Item = &[u8]> {
        let start = kept.start.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.ends[kept.clone()]
            .iter()
            .scan(start, |start, end| Some(&self.bytes[std::mem::replace(start, *end)..*end]))
    }
}

impl<'a> Records<'a> {
    /// Parses `text` from the byte `base` on.
    pub(crate) fn parse(text: &'a [u8], base: usize, delimiter: u8) -> Self {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(&text[base..]);
        let mut all = Self {
            text,
            delimiter,
            widest: 0,
            places: Vec::new(),
            quoted: Quoted::default(),
            unfinished: false,
            unclosed_quote: false,
        };
        let (mut record, mut lines, mut read) = (ByteRecord::new(), LineCounter::default(), base);
        // Reading bytes from memory, with any number of fields, cannot fail.
        while let Ok(true) = reader.read_byte_record(&mut record) {
            let from = std::mem::replace(&mut read, base + reader.position().byte() as usize);
            if record.iter().any(|field| !field.trim_ascii().is_empty()) {
                all.push(&record, from..read, &mut lines);
            }
        }
        all
    }

    fn push(&mut self, record: &ByteRecord, read: Range<usize>, lines: &mut LineCounter) {
        let bytes = &self.text[read.clone()];
        let is_line_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let blank = bytes.iter().take_while(|byte| is_line_end(byte)).count();
        let line_end = bytes.iter().rev().take_while(|byte| is_line_end(byte)).count();
        let span = read.start + blank..read.end - line_end;
        let quotes = bytes.iter().filter(|byte| **byte == b'"').count();
        if read.end == self.text.len() {
            let last = record.iter().next_back().unwrap_or_default();
            self.unfinished = line_end == 0;
            self.unclosed_quote =
                quotes % 2 == 1 && (self.unfinished || last.iter().any(is_line_end));
        }
        self.widest = self.widest.max(record.len());
        let quoted = if quotes == 0 { 0..0 } else { self.quoted.push(record) };
        self.places.push(Place { line: lines.at(self.text, span.start), span, quoted });
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The record at `index`.
    pub(crate) fn get(&self, index: usize) -> Record<'_> {
        Record { records: self, place: &self.places[index] }
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = Record<'_>> {
        self.places.iter().map(|place| Record { records: self, place })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn walk(text: &str) -> Vec<(u64, String)> {
        let records = Records::parse(text.as_bytes(), 0, b',');
        records.iter().map(|record| (record.line(), record.text())).collect()
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
            let records = Records::parse(text.as_bytes(), 0, b',');
            assert_eq!(records.unclosed_quote, unclosed, "{text:?}");
        }
    }

    #[test]
    fn fields_are_unquoted_and_trimmed_and_the_first_that_is_no_text_is_named() {
        let records = Records::parse(b" a , \"x\"\"y\",\"b,\"\"c\"\"\"\n1,\xff,3\n", 0, b',');
        assert_eq!(records.get(0).cells().unwrap(), ["a", "\"x\"\"y\"", "b,\"c\""]);
        assert_eq!(records.get(1).cells(), Err(1));
        assert_eq!((records.get(0).width(), records.get(1).width()), (3, 3));
    }

    proptest! {
        #[test]
        fn fields_are_those_that_csv_says(text in "[a1 ,;\"\n\r]{0,40}") {
            let mut reader = ReaderBuilder::new();
            let reader = reader.has_headers(false).flexible(true).from_reader(text.as_bytes());
            let fields = |record: ByteRecord| -> Vec<String> {
                let trimmed = record.iter().map(|field| str::from_utf8(field).unwrap().trim());
                trimmed.map(str::to_owned).collect()
            };
            let expected: Vec<_> = reader.into_byte_records().map(|r| fields(r.unwrap())).collect();
            let expected = expected.into_iter().filter(|r| r.iter().any(|field| !field.is_empty()));
            let records = Records::parse(text.as_bytes(), 0, b',');
            let found: Vec<_> = records.iter().map(|record| record.cells().unwrap()).collect();
            prop_assert_eq!(found, expected.collect::<Vec<_>>());
            prop_assert!(records.iter().all(|r| r.width() == r.cells().unwrap().len()));
        }
    }
}
