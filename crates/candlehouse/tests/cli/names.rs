//! Symbols of every kind, the whole way through the program.

use std::collections::BTreeSet;

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::{Home, csv_rows, stdout};

const ROWS: &str = "2024-01-02,1,2,1,2,5\n2024-01-03,2,3,2,3,6\n";

/// As they are given and as they are shown, with the exchange apart.
const NAMES: [(&str, &str, &str); 14] = [
    ("BRK B", "", "BRK B"),
    ("BRK.B", "", "BRK.B"),
    ("BTC/USDT", "", "BTC/USDT"),
    ("BTC/USDT:USDT", "", "BTC/USDT:USDT"),
    ("ES.FUT", "", "ES.FUT"),
    ("AAPL  240119C00190000", "", "AAPL  240119C00190000"),
    ("aapl", "", "aapl"),
    ("AaPl", "", "AaPl"),
    ("7203", "", "7203"),
    ("トヨタ", "", "トヨタ"),
    ("Сбер", "", "Сбер"),
    ("^GSPC", "", "^GSPC"),
    (":O:SPY240119C00470000", "", "O:SPY240119C00470000"),
    ("CME:ES Z4", "CME", "ES Z4"),
];

fn rows(home: &Home, arguments: &[&str]) -> Vec<Vec<String>> {
    let arguments: Vec<_> = arguments.iter().copied().chain(["--format", "csv"]).collect();
    csv_rows(&stdout(&home.run(&arguments).success()))
}

/// The closing prices of a symbol.
fn closes(home: &Home, symbol: &str) -> Vec<String> {
    let rows = rows(home, &["candles", symbol, "--interval", "1d"]);
    rows.iter().map(|row| row[row.len() - 2].clone()).collect()
}

#[test]
fn every_name_goes_in_and_comes_out_as_it_is() {
    let home = Home::new();
    let line = |name: &str| format!("{name},2024-01-02,1,2,1,2,5\n");
    let lines: String = NAMES.iter().map(|(given, ..)| line(given)).collect();
    home.write("all.csv", format!("symbol,date,open,high,low,close,volume\n{lines}"));
    home.ok("import all.csv --interval 1d");
    let listed = rows(&home, &["coverage"]).into_iter().map(|row| row[..2].to_vec());
    let listed: BTreeSet<_> = listed.collect();
    let expected = NAMES.map(|(_, exchange, symbol)| vec![exchange.to_owned(), symbol.to_owned()]);
    assert_eq!(listed, expected.into());
    for (given, ..) in NAMES {
        assert_eq!(closes(&home, given), ["2"], "{given}");
    }
    // What was exported is the same when it comes in again.
    home.ok("export -o out.csv");
    let report = rows(&home, &["import", "out.csv"]);
    // Symbols, rows, inserted, corrected, unchanged.
    assert_eq!(report[0][2..7], ["14", "14", "0", "0", "14"], "{report:?}");
    home.run(&["export", "CME:ES Z4", "AAPL  240119C00190000", "-o", "two.csv"]).success();
    assert_eq!(csv_rows(&home.read("two.csv")).len(), 2);
}

#[test]
fn names_are_options_and_stand_in_the_names_of_files_and_are_renamed_and_deleted() {
    let home = Home::new();
    home.write("f.csv", format!("date,open,high,low,close,volume\n{ROWS}"));
    for (given, back) in [
        ("BRK B", ":BRK B"),
        ("AAPL  240119C00190000", ":AAPL  240119C00190000"),
        ("Сбер", ":Сбер"),
        (":O:SPY240119C00470000", ":O:SPY240119C00470000"),
    ] {
        home.run(&["import", "f.csv", "--symbol", given]).success();
        home.run(&["symbols", "rename", given, "NEW:OTHER NAME", "--yes"]).success();
        assert_eq!(closes(&home, "NEW:OTHER NAME"), ["2", "3"]);
        home.run(&["symbols", "rename", "NEW:OTHER NAME", back, "--yes"]).success();
        home.run(&["delete", given, "--from", "2024-01-03", "--yes"]).success();
        assert_eq!(closes(&home, given), ["2"], "{given}");
        home.run(&["symbols", "delete", given, "--with-candles", "--yes"]).success();
        assert!(rows(&home, &["symbols"]).is_empty(), "{given}");
    }
    for name in ["BRK B", "BRK.B", "AAPL  240119C00190000"] {
        home.write(&format!("named/{name}.csv"), "date,open,high,low,close\n2024-01-02,1,2,1,2\n");
    }
    home.ok("import named --symbol-from-name --interval 1d");
    assert_eq!(rows(&home, &["coverage"]).len(), 3);
    assert_eq!(closes(&home, "AAPL  240119C00190000"), ["2"]);
}

#[test]
fn names_that_differ_in_case_only_are_two_symbols_and_noted() {
    let home = Home::new();
    let header = "symbol,date,open,high,low,close,volume\n";
    let row = |name: &str| format!("{name},2024-01-02,1,2,1,2,5\n");
    home.ok("symbols add NASDAQ:AAPL --asset-class equity");
    home.write("one.csv", format!("{header}{}", row("aapl")));
    let note = "aapl is another symbol than the registered NASDAQ:AAPL";
    home.ok("import one.csv --interval 1d").stderr(contains(note));
    home.ok("import one.csv --interval 1d").stderr(contains(note).not());
    home.write("two.csv", format!("{header}{}{}", row("Сбер"), row("СБЕР")));
    home.ok("import two.csv --interval 1d").stderr(contains("СБЕР and Сбер are two symbols"));
    home.write("three.csv", format!("{header}{}", row("AAPL")));
    home.ok("import three.csv --interval 1d").stderr(contains("another symbol").not());
    assert_eq!(rows(&home, &["symbols"]).len(), 4);
}
