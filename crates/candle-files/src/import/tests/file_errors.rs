//! Files from which nothing can be taken.

use std::path::Path;

use super::super::error::ImportError;
use super::super::file::CandleFile;
use super::super::options::ImportOptions;
use super::{parse, told};

fn message(text: &str, options: &ImportOptions) -> String {
    parse(text, options).unwrap_err().to_string()
}

#[test]
fn a_path_without_a_file_says_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let read = |path: &Path| CandleFile::read(path, &told()).unwrap_err();
    assert!(matches!(read(&folder.path().join("none.csv")), ImportError::NotFound { .. }));
    assert!(matches!(read(folder.path()), ImportError::IsFolder { .. }));
    let below_a_file = folder.path().join("file.csv");
    std::fs::write(&below_a_file, "x").unwrap();
    let unreadable = read(&below_a_file.join("inside.csv"));
    assert!(matches!(unreadable, ImportError::Unreadable { .. }), "{unreadable:?}");
}

#[test]
fn files_that_are_not_text_say_what_they_are_and_what_to_do() {
    for (bytes, what, advice) in [
        (&b"\xff\xfed\0a\0"[..], "UTF-16", "UTF-8"),
        (b"BZhrest", "bzip2", "unpack"),
        (b"PAR1rest", "Parquet", "CSV"),
        (b"date\0open", "binary", "CSV"),
    ] {
        let error = CandleFile::parse(Path::new("a.csv"), bytes, &told()).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(what) && text.contains(advice), "{text}");
    }
}

#[test]
fn nothing_to_read_is_an_error() {
    for text in ["", "\u{feff}", " \r\n\n"] {
        assert!(matches!(parse(text, &told()), Err(ImportError::Empty { .. })), "{text:?}");
    }
    for text in ["date,open,high,low,close", "date,open,high,low,close\r\n,,,,\r\n\r\n"] {
        assert!(matches!(parse(text, &told()), Err(ImportError::NoRows { .. })), "{text:?}");
    }
}

#[test]
fn a_missing_column_is_named_with_those_that_are_there() {
    let text = message("\nDate;Open;High;Close;Adj Close\n2024-01-02;1;1;1;1\n", &told());
    assert!(text.contains("no column for low; line 2 has the columns Date, Open, High"), "{text}");
    assert!(text.contains("lowprice"), "{text}");
    let text = message(",open,high,low,close\n0,1,1,1,1\n", &told());
    assert!(text.contains("no column for time"), "{text}");
}

#[test]
fn two_columns_of_one_name_are_both_named() {
    let text = message("Date,Open,High,Low,Close,<CLOSE>\n2024-01-02,1,1,1,1,1\n", &told());
    assert!(text.contains("\"Close\" and \"<CLOSE>\""), "{text}");
}

#[test]
fn a_file_without_header_that_is_not_known_shows_its_first_line() {
    for first in ["hello", "2024-01-02,1,x,1,1", "a,b,c,d,e"] {
        let text = message(&format!("{first}\n2024-01-03,1,1,1,1\n"), &told());
        assert!(text.contains(&format!("line 1 is \"{first}")), "{text}");
        assert!(text.contains("open: open, o,"), "{text}");
    }
}

#[test]
fn a_file_that_ends_in_the_middle_of_a_line_is_refused_also_when_bad_rows_are_skipped() {
    let skipping = ImportOptions { skip_bad: true, ..told() };
    let header = "date,open,high,low,close\n2024-01-02,1,1,1,1\n";
    let text = message(&format!("{header}\n2024-01-03,1,1"), &skipping);
    assert!(text.contains("ends in the middle of line 4"), "{text}");
    let text = message(&format!("{header}2024-01-03,1,1,1,\"1\n2024-01-04,1,1,1,1\n"), &skipping);
    assert!(text.starts_with("prices.csv:3: a quotation mark opens here"), "{text}");
    parse(&format!("{header}2024-01-03,1,1,1,1"), &told()).unwrap();
}

#[test]
fn what_neither_file_nor_options_say_is_asked_for() {
    let text = "date,open,high,low,close\n2024-01-02,1,1,1,1\n";
    let unnamed = message(text, &ImportOptions { symbol: None, ..told() });
    assert!(unnamed.contains("--symbol AAPL"), "{unnamed}");
    let unspaced = message(text, &ImportOptions { interval: None, ..told() });
    assert!(unspaced.contains("--interval 1m"), "{unspaced}");
    let order = message(&text.replace("2024-01-02", "01/02/2024"), &told());
    assert!(order.contains("01/02/2024 can be month/day or day/month"), "{order}");
}

#[test]
fn a_symbol_that_is_said_twice_or_cannot_be_one_is_refused() {
    let text = "ticker,date,open,high,low,close\nA,2024-01-02,1,1,1,1\n";
    let twice = message(text, &told());
    assert!(twice.contains("\"ticker\"") && twice.contains("--symbol AAPL"), "{twice}");
    let exchange = ImportOptions { symbol: Some("NASDAQ:A".into()), ..told() };
    let twice = message(&text.replace("ticker", "mic"), &exchange);
    assert!(twice.contains("\"mic\"") && twice.contains("--symbol NASDAQ:A"), "{twice}");
    let spaced = ImportOptions { symbol: Some("A\tB".into()), ..told() };
    let text = text.replace("ticker", "other");
    assert!(matches!(parse(&text, &spaced), Err(ImportError::InvalidSymbol { .. })));
}

#[test]
fn bad_rows_come_before_the_question_for_the_interval() {
    let text = "date,open,high,low,close\n2024-01-02,1,1,1,1\n2024-01-03,x,1,1,1\n";
    let options = ImportOptions { interval: None, ..told() };
    assert!(matches!(parse(text, &options), Err(ImportError::BadRows { .. })));
}
