//! What is stored is what the file says.

use predicates::str::contains;

use crate::program::{Home, columns, csv_rows};
use crate::stocks::{self, Bar};

/// A row that the program wrote, from the column of the open time on.
fn bar(ticker: &str, row: &[String], time: usize) -> Bar {
    let number = |place: usize| row[time + place].parse().unwrap();
    Bar {
        ticker: ticker.into(),
        date: row[time].strip_suffix("T00:00:00Z").unwrap().into(),
        numbers: [number(1), number(2), number(3), number(4), number(5)],
    }
}

#[test]
fn five_stocks_come_back_as_the_file_has_them_and_a_second_import_changes_nothing() {
    let home = Home::new();
    let bars = stocks::bars();
    let report = home.json(&format!("import {}", stocks::PATH));
    assert_eq!((&report[0]["inserted"], &report[0]["symbols"]), (&12_154.into(), &5.into()));

    for ticker in ["AAPL", "FB", "GOOG", "IBM", "MSFT"] {
        let rows = home.csv(&format!("candles {ticker}"));
        let shown: Vec<_> = rows.iter().map(|row| bar(ticker, row, 0)).collect();
        let stated: Vec<_> = bars.iter().filter(|bar| bar.ticker == ticker).cloned().collect();
        assert_eq!(shown, stated);
    }
    let exported = home.csv("export");
    assert!(exported.iter().all(|row| row[0].is_empty() && row[2] == "1d"));
    assert_eq!(exported.iter().map(|row| bar(&row[1], row, 3)).collect::<Vec<_>>(), bars);

    let again = home.json(&format!("import {}", stocks::PATH));
    assert_eq!(
        again[0],
        serde_json::json!({
            "file": stocks::PATH, "interval": "1d", "symbols": 5, "rows": 12_154,
            "inserted": 0, "corrected": 0, "unchanged": 12_154, "repeated": 0, "rejected": 0,
        })
    );
    assert_eq!(home.csv("export"), exported);
}

const GOOD: &str = "date,open,high,low,close,volume\n\
                    2024-01-01,1,2,0.5,1.5,10\n2024-01-02,1.5,3,1,2.5,20\n";

#[test]
fn marks_and_line_ends_of_other_systems_change_nothing() {
    let home = Home::new();
    home.write("plain.csv", GOOD);
    home.write("mark.csv", format!("\u{feff}{GOOD}"));
    home.write("windows.csv", format!("\u{feff}{}", GOOD.replace('\n', "\r\n")));
    home.write("old-mac.csv", GOOD.replace('\n', "\r"));
    let report = home.json("import plain.csv mark.csv windows.csv old-mac.csv --symbol A");
    for (row, (inserted, unchanged)) in [(2, 0), (0, 2), (0, 2), (0, 2)].into_iter().enumerate() {
        assert_eq!(report[row]["inserted"], inserted, "{row}");
        assert_eq!(report[row]["unchanged"], unchanged, "{row}");
    }
    assert_eq!(home.csv("candles A")[1], ["2024-01-02T00:00:00Z", "1.5", "3", "1", "2.5", "20"]);
}

#[test]
fn the_good_rows_are_stored_when_bad_ones_may_be_skipped_and_the_bad_ones_are_written_down() {
    let home = Home::new();
    home.write("a.csv", format!("{GOOD}2024-01-03,1,0.5,1,1,1\nyesterday,1,1,1,1,1\n"));
    home.ok("import a.csv --symbol A --skip-bad")
        .stderr(contains("the 2 refused rows are in a.csv.rejects"));
    assert_eq!(home.csv("candles A").len(), 2);
    let rejects = csv_rows(&home.read("a.csv.rejects"));
    assert_eq!(rejects[0], ["4", "high", "high 0.5 is below low 1", "2024-01-03,1,0.5,1,1,1"]);
    assert_eq!(columns(&rejects[1..], [0, 1, 3]), [["5", "date", "yesterday,1,1,1,1,1"]]);
}

#[test]
fn one_bad_file_of_several_does_not_keep_the_others_out() {
    let home = Home::new();
    home.write("a.csv", format!("symbol,{}", GOOD.replace("2024", "A,2024")));
    home.write(
        "bad.csv",
        format!("symbol,{}B,2024-01-03,1,1,1,x,1\n", GOOD.replace("2024", "B,2024")),
    );
    home.write("c.csv", format!("symbol,{}", GOOD.replace("2024", "C,2024")));
    home.run(&["import", "a.csv", "bad.csv", "missing.csv", "c.csv", "--format", "csv"])
        .code(3)
        .stdout(contains("a.csv,1d,1,2,2,0,0,0,0\nc.csv,1d,1,2,2,0,0,0,0\n"))
        .stderr(contains("bad.csv:4: column \"close\": \"x\" is not a number"))
        .stderr(contains("there is no file missing.csv"))
        .stderr(contains("2 of 4 files were not imported"));
    assert_eq!(columns(&home.csv("coverage"), [0]), [["A"], ["C"]]);
}

#[test]
fn a_file_without_exchange_goes_to_the_one_its_symbol_is_registered_for() {
    let home = Home::new();
    home.write("a.csv", GOOD);
    home.ok("symbols add NYSE:A --asset-class equity");
    home.ok("import a.csv --symbol A").stderr(contains("a.csv: A is stored as NYSE:A"));
    home.ok("import a.csv --symbol A --exchange LSE --interval 1h --asset-class bond")
        .stderr(contains("look like 1d; read as 1h"))
        .stderr(contains("registered LSE:A with asset class bond"));
    assert_eq!(columns(&home.csv("latest"), [0, 1]), [["LSE:A", "1h"], ["NYSE:A", "1d"]]);
    home.fails(2, "import a.csv --symbol A")
        .stderr(contains("--exchange 'LSE' or --exchange 'NYSE'"));
}

#[test]
fn a_unit_of_time_that_is_given_settles_small_numbers() {
    let home = Home::new();
    home.write("a.csv", "time,open,high,low,close\n0,1,1,1,1\n86400,1,1,1,1\n172800,1,1,1,1\n");
    home.fails(3, "import a.csv --symbol A").stderr(contains("--time-unit seconds"));
    home.fails(2, "import a.csv --symbol A --time-unit weeks").stderr(contains("nanoseconds"));
    home.ok("import a.csv --symbol A --time-unit seconds");
    assert_eq!(home.csv("candles A")[1][0], "1970-01-02T00:00:00Z");
}

#[test]
fn a_decimal_mark_that_is_given_settles_what_thousands_are() {
    let home = Home::new();
    home.write(
        "a.csv",
        "date\topen\thigh\tlow\tclose\n2024-01-02\t42,000\t42,000\t42,000\t42,000\n",
    );
    home.fails(3, "import a.csv --symbol A --interval 1d").stderr(contains("--decimal comma"));
    home.fails(2, "import a.csv --symbol A --decimal dot").stderr(contains("point or comma"));
    home.ok("import a.csv --symbol A --interval 1d --decimal point");
    assert_eq!(home.csv("candles A")[0][4], "42000");
}
