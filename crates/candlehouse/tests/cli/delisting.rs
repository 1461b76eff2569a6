//! Candles of symbols that are delisted.

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::{Home, columns};

const HEADER: &str = "symbol,date,open,high,low,close,volume\n";

/// A home where ZAP was delisted by NASDAQ on the last day of February.
fn home() -> Home {
    let home = Home::new();
    home.ok("symbols add NASDAQ:ZAP --asset-class equity");
    home.ok("symbols delist NASDAQ:ZAP --date 2024-02-29");
    home
}

fn rows(home: &Home, file: &str, name: &str, days: &[&str]) {
    let rows: String = days.iter().map(|day| format!("{name},{day},1,1,1,1,1\n")).collect();
    home.write(file, format!("{HEADER}{rows}"));
}

#[test]
fn candles_after_the_delisting_are_refused_unless_told() {
    let home = home();
    rows(&home, "a.csv", "NASDAQ:ZAP", &["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-04"]);
    rows(&home, "bare.csv", "ZAP", &["2024-03-01"]);
    for line in ["import a.csv", "import a.csv --skip-bad", "import bare.csv --interval 1d"] {
        home.fails(3, line)
            .stderr(contains("from 2024-03-01 on, delisted on 2024-02-29"))
            .stderr(contains("--after-delisting"));
    }
    assert!(home.csv("coverage").is_empty());
    home.ok("import a.csv --after-delisting");
    assert_eq!(home.csv("candles ZAP").len(), 4);
    home.ok("delete ZAP --yes");
    home.ok("symbols add ZAP --status active");
    home.ok("import a.csv");
    assert_eq!(home.csv("candles ZAP").len(), 4);
}

#[test]
fn the_day_of_the_delisting_is_still_a_day_of_trading() {
    let home = home();
    rows(&home, "a.csv", "NASDAQ:ZAP", &["2024-02-29T22:00", "2024-02-29T23:00"]);
    home.ok("import a.csv");
    assert_eq!(home.csv("candles ZAP").len(), 2);
    rows(&home, "b.csv", "NASDAQ:ZAP", &["2024-02-29T23:00", "2024-03-01T00:00"]);
    home.fails(3, "import b.csv").stderr(contains("NASDAQ:ZAP 1h: 1 from 2024-03-01 on"));
}

#[test]
fn a_bare_name_goes_to_an_exchange_that_delisted_it_only_with_a_word() {
    let home = home();
    home.ok("symbols add NYSE:OLD --asset-class equity --status delisted");
    rows(&home, "a.csv", "ZAP", &["2024-02-28", "2024-02-29"]);
    rows(&home, "b.csv", "OLD", &["2024-02-28", "2024-02-29"]);
    home.ok("import a.csv")
        .stderr(contains("ZAP is stored as NASDAQ:ZAP, which was delisted on 2024-02-29"));
    home.ok("import b.csv").stderr(contains("OLD is stored as NYSE:OLD, which is delisted"));
    rows(&home, "c.csv", ":ZAP", &["2024-03-01", "2024-03-04"]);
    home.ok("import c.csv --interval 1d").stderr(contains("is stored as").not());
    assert_eq!(
        columns(&home.csv("coverage"), [0, 2]),
        [["ZAP", "2"], ["NASDAQ:ZAP", "2"], ["NYSE:OLD", "2"]]
    );
}

#[test]
fn of_many_series_some_are_listed_and_the_others_counted() {
    let home = Home::new();
    let mut all = String::from(HEADER);
    for index in 10..22 {
        home.ok(&format!("symbols add X:S{index} --asset-class equity --listed 2020-01-01"));
        home.ok(&format!("symbols delist X:S{index} --date 2024-02-29"));
        all.push_str(&format!("X:S{index},2024-03-01,1,1,1,1,1\n"));
    }
    home.write("all.csv", &all);
    home.fails(3, "import all.csv --interval 1d")
        .stderr(contains("X:S19 1d: 1 from").and(contains("X:S20").not()))
        .stderr(contains("the same of 2 more series"));
    home.write("bare.csv", all.replace("X:", "").replace("2024-03-01", "2024-02-01"));
    home.ok("import bare.csv --interval 1d")
        .stderr(contains("12 symbols are stored under the exchange of which they are delisted"));
}
