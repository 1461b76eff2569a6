//! A file that is read in parts holds what it holds in memory.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::path::Path;

use proptest::prelude::*;

use super::super::content::{Content, HELD};
use super::super::error::ImportError;
use super::super::file::CandleFile;
use super::super::options::ImportOptions;
use super::super::reader;
use super::told;

fn in_parts(text: &str, options: &ImportOptions) -> Result<CandleFile, ImportError> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let content = Content::filed(file).unwrap();
    reader::parse(Path::new("prices.csv"), &content, options, &mut |_| ())
}

fn in_memory(text: &str, options: &ImportOptions) -> Result<CandleFile, ImportError> {
    CandleFile::parse(Path::new("prices.csv"), text.as_bytes(), options)
}

/// Series, rejects with their lines, warnings and errors.
fn shown(result: Result<CandleFile, ImportError>) -> String {
    match result {
        Ok(file) => format!("{file:?}"),
        Err(error) => format!("{error:?}"),
    }
}

/// Rows of two symbols, also of one with and without a colon; some bad, some quoted, some over two
/// lines, some twice.
fn row() -> impl Strategy<Value = String> {
    let symbol = prop_oneof![20 => Just("A"), 20 => Just("B"), 1 => Just(":A")];
    let date = (1..13_u32, 1..29_u32);
    let price = prop_oneof![30 => Just("1.5"), 1 => Just("9"), 1 => Just("x"), 1 => Just("")];
    let style = prop_oneof![30 => Just(0), 1 => Just(1), 1 => Just(2), 1 => Just(3)];
    (symbol, date, price, style).prop_map(|(symbol, (month, day), price, style)| {
        let date = format!("{month:02}/{day:02}/2024");
        match style {
            0 => format!("{symbol},{date},1,2,0.5,{price},10,text"),
            1 => format!("{symbol},{date},1,2,0.5,{price},10,\"text, and\n more\""),
            2 => format!("\n \n{symbol},{date},1,2,0.5,{price},10,5\" pipe"),
            _ => format!("{symbol},{date},1,2,0.5"),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_file_that_is_read_in_parts_is_as_one_in_memory(
        rows in prop::collection::vec(row(), 1..200),
        end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
        cut in 0..4_usize,
        has_mark in any::<bool>(),
    ) {
        let mut text = String::from(if has_mark { "\u{feff}" } else { "" });
        text.push_str("symbol,date,open,high,low,close,volume,note");
        text.push_str(end);
        for row in rows {
            let _ = write!(text, "{row}{end}");
        }
        text.truncate(text.len() - cut);
        for skip_bad in [false, true] {
            let options = ImportOptions { symbol: None, skip_bad, ..told() };
            let (parts, whole) = (in_parts(&text, &options), in_memory(&text, &options));
            prop_assert_eq!(shown(parts), shown(whole));
        }
    }
}

#[test]
fn a_record_that_does_not_end_is_refused_before_it_fills_the_memory() {
    let rows = "2024-01-02,1,2,0.5,1.5,10\n".repeat(100);
    let header = "date,open,high,low,close,volume\n";
    let open = format!("{header}{rows}2024-01-03,\"1,2,0.5,1.5,10\n{rows}");
    match in_parts(&open, &told()) {
        Err(ImportError::UnclosedQuote { line: 102, .. }) => {}
        other => panic!("{other:?}"),
    }
    let long = format!("{header}{rows}{}\n", "1".repeat(HELD));
    let message = in_parts(&long, &told()).unwrap_err().to_string();
    assert!(message.contains("a line of more than 32 MB"), "{message}");
}

/// Gives bytes some at a time, as a pipe does.
struct Pipe<'a>(&'a [u8]);

impl Read for Pipe<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(7).min(self.0.len());
        let (now, later) = self.0.split_at(length);
        buffer[..length].copy_from_slice(now);
        self.0 = later;
        Ok(length)
    }
}

#[test]
fn what_can_be_read_once_is_read_as_a_file() {
    for days in [1, 28] {
        let mut text = String::from("date,open,high,low,close,volume,note\n");
        for day in 1..=days {
            let _ = writeln!(text, "2024-01-{day:02},1,2,0.5,1.5,10,{}", "n".repeat(100));
        }
        assert_eq!(text.len() > HELD, days > 1);
        let path = Path::new("prices.csv");
        let read = CandleFile::read_from(path, Pipe(text.as_bytes()), &told());
        assert_eq!(shown(read), shown(in_memory(&text, &told())));
    }
}
