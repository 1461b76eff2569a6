//! What is printed as text can be imported, and is the same again.

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;

use crate::program::{Home, csv_rows, stdout};

/// The smallest and the largest numbers, digits that no decimal has, and times far away.
const AWKWARD: &str = "\
date,open,high,low,close,volume
1900-01-02,5e-324,5e-324,5e-324,5e-324,5e-324
1900-01-03,1e-9,1.7976931348623157e308,-1.7976931348623157e308,1e21,1.7976931348623157e308
1969-12-31,0.30000000000000004,0.30000000000000004,2.2250738585072014e-308,1e-300,0
1970-01-01,0.1,0.1,0.1,0.1,123456789.123
2299-12-31,1,2,0.5,1.5,9007199254740993
";

/// Imports what `command` prints as CSV of `symbol` into another store, which must print the same.
fn returns(home: &Home, command: &str, symbol: &str, interval: &str) {
    let line = format!("{command} --format csv");
    let printed = stdout(&home.ok(&line));
    assert!(csv_rows(&printed).len() > 2, "{line}");
    home.write("again.csv", &printed);
    home.ok("--db chdb:./again import again.csv");
    let again = format!("--db chdb:./again candles {symbol} --interval {interval} --format csv");
    assert_eq!(stdout(&home.ok(&again)), printed, "{line}");
}

#[test]
fn candles_of_every_interval_that_are_printed_as_csv_can_be_imported() {
    let home = Home::with_stocks();
    home.write("awkward.csv", AWKWARD);
    home.ok("import awkward.csv --symbol AWKWARD --interval 1d");
    returns(&home, "candles AWKWARD", "AWKWARD", "1d");
    for interval in ["3d", "1w", "1M"] {
        returns(&home, &format!("resample AAPL {interval}"), "AAPL", interval);
    }
}

#[test]
fn an_export_of_everything_can_be_imported_into_another_store() {
    let home = Home::with_stocks();
    home.write("awkward.csv", AWKWARD);
    home.ok("import awkward.csv --symbol :AWKWARD --interval 1d");
    home.ok("import awkward.csv --symbol LSE:AWKWARD --interval 1d");
    home.ok("export --output all.csv");
    home.ok("--db chdb:./other import all.csv");
    home.ok("--db chdb:./other export --output again.csv");
    assert_eq!(home.read("again.csv"), home.read("all.csv"));
}

#[test]
fn json_holds_the_numbers_and_times_that_csv_holds() {
    let home = Home::new();
    home.write("awkward.csv", AWKWARD);
    home.ok("import awkward.csv --symbol A --interval 1d");
    for line in ["candles A", "resample A 1w", "latest -n 9"] {
        let text = stdout(&home.ok(&format!("{line} --format json")));
        let csv = home.csv(line);
        for (object, row) in text.lines().filter(|line| line.contains('{')).zip(&csv) {
            for cell in row {
                let shown = [format!(":{cell},"), format!(":{cell}}}"), format!(":\"{cell}\"")];
                assert!(shown.iter().any(|shown| object.contains(shown)), "{cell} in {object}");
            }
        }
        let parsed: Vec<Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(parsed.len(), csv.len());
    }
}

#[test]
fn a_candle_that_would_open_before_1900_is_an_error_that_says_where_to_begin() {
    let home = Home::new();
    home.write(
        "old.csv",
        "date,open,high,low,close\n1900-01-01,1,1,1,1\n1900-01-02,2,2,2,2\n1900-01-05,3,3,3,3\n",
    );
    home.ok("import old.csv --symbol A --interval 1d");
    for line in ["resample A 3d", "resample A 3d --format csv", "chart A --resample 3d"] {
        home.fails(2, line)
            .stderr(contains("1899-12-30").and(contains("begin the range at 1900-01-02")));
    }
    returns(&home, "candles A", "A", "1d");
    let printed = home.csv("resample A 3d --from 1900-01-02");
    assert_eq!(printed.len(), 2);
    assert_eq!(home.csv("resample A 1w").len(), 1);
}
