//! Rows that cannot be candles.

use super::super::error::ImportError;
use super::super::file::CandleFile;
use super::super::options::ImportOptions;
use super::super::reject::Reject;
use super::{parse, told};

const HEADER: &str = "Ticker,Date,Open,High,Low,Close,Volume\n";

fn skipping() -> ImportOptions {
    ImportOptions { symbol: None, skip_bad: true, ..told() }
}

/// The only reject of a file with one good row and then `row`, on line 3.
fn reject(row: &str) -> Reject {
    let text = format!("{HEADER}A,2024-01-02,1,2,1,2,0\n{row}\nA,2024-01-04,1,2,1,2,0\n");
    let mut file = parse(&text, &skipping()).unwrap();
    assert_eq!((file.rejects.len(), file.rows), (1, 3), "{row}: {:?}", file.rejects);
    assert_eq!(file.series[0].as_slice().len(), 2);
    let reject = file.rejects.remove(0);
    assert_eq!((reject.line, reject.record.as_str()), (3, row));
    reject
}

#[test]
fn a_bad_row_says_its_column_and_what_is_wrong() {
    for (row, column, reason) in [
        ("A,2024-01-03,x,2,1,2,0", Some("Open"), "\"x\" is not a number"),
        ("A,2024-01-03,1,,1,2,0", Some("High"), "the price is empty"),
        ("A,2024-01-03,1,2,nan,2,0", Some("Low"), "not a finite number"),
        ("A,2024-01-03,1,0.5,1,2,0", Some("High"), "high 0.5 is below low 1"),
        ("A,2024-01-03,3,2,1,2,0", Some("Open"), "open 3 is outside [1, 2]"),
        ("A,2024-01-03,1,2,1,0,0", Some("Close"), "close 0 is outside [1, 2]"),
        ("A,2024-01-03,1,2,1,2,-5", Some("Volume"), "volume -5 is negative"),
        ("A,2024-01-03,1,2,1,2,lots", Some("Volume"), "\"lots\" is not a number"),
        ("A,2024-01-03,1,2,1,2", None, "6 fields instead of 7"),
        ("A,2024-01-03,1,2,1,2,0,9", None, "8 fields instead of 7"),
        ("A,2024-13-03,1,2,1,2,0", Some("Date"), "not a time that is understood"),
        ("A,,1,2,1,2,0", Some("Date"), "the time is empty"),
        (
            "A,1850-01-03,1,2,1,2,0",
            Some("Date"),
            "\"1850-01-03\": a time must lie in the years 1900",
        ),
        ("A,2024-01-03T10:00,1,2,1,2,0", Some("Date"), "does not lie on the grid of 1d"),
        ("A\tB,2024-01-03,1,2,1,2,0", Some("Ticker"), "no white space"),
        (",2024-01-03,1,2,1,2,0", Some("Ticker"), "the symbol is empty"),
        ("A,2024-01-02,1,2,1,1,0", Some("Date"), "keep line 2 or line 3"),
    ] {
        let found = reject(row);
        assert_eq!(found.column.as_deref(), column, "{row}");
        assert!(found.reason.contains(reason), "{row}: {}", found.reason);
    }
}

#[test]
fn a_name_of_any_length_is_refused_in_a_short_line() {
    let reject = reject(&format!("{},2024-01-03,1,2,1,2,0", "x".repeat(100_000)));
    assert!(reject.reason.len() < 150 && reject.reason.contains("xxx\"..."), "{}", reject.reason);
}

#[test]
fn a_row_that_is_not_utf8_is_bad_and_shown_as_far_as_it_can_be() {
    let text = [HEADER.as_bytes(), b"A,2024-01-02,1,2,1,2,0\n\xe9,2024-01-03,1,2,1,2,0\n"].concat();
    let path = std::path::Path::new("prices.csv");
    let file = CandleFile::parse(path, &text, &skipping()).unwrap();
    let [reject] = file.rejects.as_slice() else { panic!("{:?}", file.rejects) };
    assert_eq!((reject.line, reject.column.as_deref()), (3, Some("Ticker")));
    assert_eq!(reject.record, "\u{fffd},2024-01-03,1,2,1,2,0");
}

#[test]
fn a_unix_time_in_another_unit_is_bad() {
    let text = "unix,o,h,l,c\n1704067200,1,1,1,1\n1704153600000,1,1,1,1\n";
    let file = parse(text, &ImportOptions { skip_bad: true, ..told() }).unwrap();
    assert_eq!(
        file.rejects[0].reason,
        "1704153600000 looks like milliseconds; the times before it are seconds"
    );
}

#[test]
fn bad_rows_refuse_the_file_and_the_first_five_are_shown() {
    let bad: String = (1..=7).map(|day| format!("A,2024-01-0{day},x,2,1,2,0\n")).collect();
    let text = format!("{HEADER}{bad}A,2024-01-08,1,2,1,2,0\nA,2024-01-08,1,2,1,1,0\n");
    let error = parse(&text, &ImportOptions { skip_bad: false, ..skipping() }).unwrap_err();
    let message = error.to_string();
    let ImportError::BadRows { rejects, rows, .. } = error else { panic!("{message}") };
    assert_eq!((rejects.len(), rows), (8, 9));
    assert!(message.starts_with("prices.csv has bad rows, 8 of 9, so none was taken"), "{message}");
    assert!(message.contains("prices.csv:6: column \"Open\": \"x\" is not a number"), "{message}");
    assert!(!message.contains("prices.csv:7:"), "{message}");
    assert!(message.contains("and 3 more") && message.contains("--skip-bad"), "{message}");
}

#[test]
fn a_file_of_bad_rows_only_is_refused_also_when_they_are_skipped() {
    let text = format!("{HEADER}A,2024-01-02,x,2,1,2,0\nA,2024-01-03T05:00,1,2,1,2,0\n");
    let message = parse(&text, &skipping()).unwrap_err().to_string();
    assert!(message.starts_with("all 2 rows of prices.csv are bad"), "{message}");
    assert!(!message.contains("--skip-bad"), "{message}");
}

#[test]
fn a_record_over_several_lines_is_known_by_its_first() {
    let text = "date,open,high,low,close,name\n2024-01-02,1,1,1,1,A\n\
                2024-01-03,x,1,1,1,\"A\nB\"\n2024-01-04,y,1,1,1,A\n";
    let file = parse(text, &skipping()).unwrap();
    let found: Vec<_> = file.rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(found, [3, 5]);
    assert_eq!(file.rejects[0].record, "2024-01-03,x,1,1,1,\"A\nB\"");
}

#[test]
fn a_row_with_impossible_numbers_says_nothing_about_the_others() {
    let text = "date,open,high,low,close,volume\n2024-03-08 00:00-05:00,1,1,1,1,5\n\
                2024-03-09 00:00-05:00,1,1,1,1,5\n2024-03-09 12:00-05:00,1,0.5,1,1,\n";
    let file = parse(text, &ImportOptions { interval: None, skip_bad: true, ..told() }).unwrap();
    assert_eq!(file.series[0].key().to_string(), "AAPL 1d");
    assert_eq!(file.series[0].as_slice()[0].open_time.to_string(), "2024-03-08");
    let [reject] = file.rejects.as_slice() else { panic!("{:?}", file.rejects) };
    assert_eq!((reject.line, reject.column.as_deref()), (4, Some("high")));
    assert!(!file.warnings.iter().any(|warning| warning.contains("volume")), "{:?}", file.warnings);
    let refused = parse(text, &ImportOptions { interval: None, ..told() }).unwrap_err();
    assert!(refused.to_string().contains("high 0.5 is below low 1"), "{refused}");
}

#[test]
fn impossible_numbers_come_before_the_question_for_the_interval() {
    let text = "date,open,high,low,close\n2024-01-02,1,1,1,1\n2024-01-03,1,0.5,1,1\n";
    let refused = parse(text, &ImportOptions { interval: None, ..told() }).unwrap_err();
    assert!(matches!(refused, ImportError::BadRows { .. }), "{refused}");
    let skipping = ImportOptions { interval: None, skip_bad: true, ..told() };
    let asked = parse(text, &skipping).unwrap_err();
    assert!(matches!(asked, ImportError::NoInterval { .. }), "{asked}");
}
