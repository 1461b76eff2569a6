//! Files that are refused: why, where, and that nothing of them is stored.

use std::fs;

use predicates::str::contains;

use crate::program::{Home, columns};

const HEADER: &str = "date,open,high,low,close,volume\n";
const ROW: &str = "2024-01-02,1,2,0.5,1.5,10\n";

/// A home with one candle series, so that there is a store to ask.
fn home() -> Home {
    let home = Home::new();
    home.write("good.csv", format!("{HEADER}{ROW}2024-01-03,1,2,0.5,1.5,10\n"));
    home.ok("import good.csv --symbol GOOD");
    home
}

/// Imports `bad.csv` with this content and `options`, and expects a refusal that says all of `texts`.
fn refused(home: &Home, content: impl AsRef<[u8]>, options: &str, texts: &[&str]) {
    home.write("bad.csv", content);
    let mut refusal = home.fails(3, &format!("import bad.csv --symbol BAD {options}"));
    for text in texts {
        refusal = refusal.stderr(contains(*text));
    }
}

fn assert_nothing_was_added(home: &Home) {
    assert_eq!(columns(&home.csv("coverage"), [0]), [["GOOD"]]);
    assert_eq!(columns(&home.csv("symbols"), [1]), [["GOOD"]]);
}

#[test]
fn one_row_that_cannot_be_a_candle_refuses_the_file_and_names_line_and_column() {
    let home = home();
    for (row, column, reason) in [
        ("2024-01-03,1,abc,0.5,1.5,10", "high", "\"abc\" is not a number"),
        ("2024-01-03,,2,0.5,1.5,10", "open", "the price is empty"),
        ("2024-01-03,1,0.4,0.5,1.5,10", "high", "high 0.4 is below low 0.5"),
        ("2024-01-03,1,2,0.5,3,10", "close", "close 3 is outside [0.5, 2]"),
        ("2024-01-03,1,2,0.5,1.5,-10", "volume", "volume -10 is negative"),
        ("2024-01-03,NaN,2,0.5,1.5,10", "open", "\"NaN\" is not a finite number"),
        ("2024-01-03,1,inf,0.5,1.5,10", "high", "\"inf\" is not a finite number"),
        ("2024-01-03,1,2,0.5,1.5,1e999", "volume", "\"1e999\" is not a finite number"),
        (
            "2024-01-02,1,2,0.5,1.6,10",
            "date",
            "is there twice with different values: keep line 2 or line 3",
        ),
        ("2024-02-30,1,2,0.5,1.5,10", "date", "\"2024-02-30\""),
        ("1899-12-31,1,2,0.5,1.5,10", "date", "years 1900 to 2299"),
    ] {
        let content = format!("{HEADER}{ROW}{row}\n2024-01-04,1,2,0.5,1.5,10\n");
        let place = format!("bad.csv:3: column \"{column}\": ");
        refused(&home, content, "--interval 1d", &[&place, reason, "--skip-bad"]);
    }
    assert_nothing_was_added(&home);
}

#[test]
fn a_row_of_another_width_is_refused() {
    let home = home();
    let next = "2024-01-04,1,2,0.5,1.5,10\n";
    for (row, fields) in [("2024-01-03,1,2,0.5,1.5", 5), ("2024-01-03,1,2,0.5,1.5,10,7", 7)] {
        let reason = format!("bad.csv:3: it has {fields} fields instead of 6");
        refused(&home, format!("{HEADER}{ROW}{row}\n{next}"), "", &[&reason]);
    }
    assert_nothing_was_added(&home);
}

#[test]
fn text_in_another_encoding_is_refused_with_its_line() {
    let home = home();
    let rows = b"2024-01-03,1,2,0.5,1.5,10,Z\xfcrich\n2024-01-04,1,2,0.5,1.5,10,Bern\n";
    let latin = [b"date,open,high,low,close,volume,comment\n".as_slice(), rows].concat();
    refused(&home, latin, "", &["bad.csv:2: column \"comment\"", "save the file as UTF-8"]);
    refused(&home, b"\xff\xfed\0a\0t\0e\0", "", &["bad.csv is UTF-16 text", "save it as UTF-8"]);
    refused(&home, b"\x1f\x8b\x08\0", "", &["cannot unpack bad.csv", "fetch it again"]);
    refused(&home, b"BZh9", "", &["bad.csv is packed with bzip2", "unpack it"]);
    refused(&home, "\u{7f}\0\u{1}\u{2}", "", &["bad.csv is binary data"]);
    assert_nothing_was_added(&home);
}

#[test]
fn a_file_without_candles_says_what_is_missing() {
    let home = home();
    refused(&home, "", "", &["bad.csv is empty"]);
    refused(&home, HEADER, "", &["bad.csv has a header and no rows"]);
    let no_low = "date,open,high,close\n2024-01-02,1,2,1.5\n";
    refused(
        &home,
        no_low,
        "",
        &[
            "bad.csv has no column for low",
            "line 1 has the columns date, open, high, close",
            "lowprice",
        ],
    );
    refused(
        &home,
        "hello\nworld\n",
        "",
        &["bad.csv has no header: line 1 is \"hello\"", "column names"],
    );
    refused(&home, format!("{HEADER}{ROW}"), "", &["cannot tell the interval", "--interval 1d"]);
    assert_nothing_was_added(&home);
}

#[test]
fn a_file_cut_in_the_middle_is_refused_also_when_bad_rows_may_be_skipped() {
    let home = home();
    let example = fs::read_to_string(crate::stocks::PATH).unwrap();
    let middle = example[..example.len() / 2].rfind(',').unwrap();
    home.write("cut.csv", &example[..middle]);
    let line = example[..middle].lines().count();
    for options in ["", " --skip-bad"] {
        home.fails(3, &format!("import cut.csv{options}"))
            .stderr(contains(format!("cut.csv ends in the middle of line {line}")));
    }
    let quote = format!("{HEADER}{ROW}2024-01-03,1,2,0.5,1.5,\"10\n");
    refused(&home, quote, "--skip-bad", &["bad.csv:3: a quotation mark opens here"]);
    assert_nothing_was_added(&home);
    assert!(!home.path("cut.csv.rejects").exists());
}

#[test]
fn a_file_of_bad_rows_only_is_refused_also_when_they_may_be_skipped() {
    let home = home();
    let content = format!("{HEADER}1,2,3,4,5,6\n2024-01-03,1,2,3,4,5\n");
    refused(&home, content, "--interval 1d --skip-bad", &["all 2 rows of bad.csv are bad"]);
    assert_nothing_was_added(&home);
}

#[test]
fn a_path_without_a_file_says_so() {
    let home = home();
    fs::create_dir(home.path("folder")).unwrap();
    home.fails(3, "import folder").stderr(contains("folder holds no file that may have candles"));
    home.fails(3, "import none.csv").stderr(contains("there is no file none.csv"));
    home.fails(3, "import good.csv")
        .stderr(contains("good.csv does not say which symbol it is about"))
        .stderr(contains("--symbol AAPL"));
    assert_nothing_was_added(&home);
}

#[test]
fn a_refused_file_makes_no_store() {
    let home = Home::new();
    home.fails(3, "import missing.csv");
    assert!(!home.store().exists());
}
