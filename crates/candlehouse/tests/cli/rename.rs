//! Renaming symbols with their candles.

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::{Home, columns};

const DAYS: &str = "date,open,high,low,close\n2023-12-28,1,1,1,1\n2023-12-29,2,2,2,2\n\
                    2024-01-02,3,3,3,3\n";
const HOURS: &str =
    "date,open,high,low,close\n2024-01-02T10:00,1,1,1,1\n2024-01-02T11:00,2,2,2,2\n";

/// A home with candles of `ZAP` in two intervals.
fn home() -> Home {
    let home = Home::new();
    home.write("days.csv", DAYS);
    home.write("hours.csv", HOURS);
    home.ok("symbols add :ZAP --asset-class equity --quote USD");
    home.ok("import days.csv --symbol :ZAP --interval 1d");
    home.ok("import hours.csv --symbol :ZAP --interval 1h");
    home
}

fn series(home: &Home) -> Vec<[String; 3]> {
    columns(&home.csv("coverage"), [0, 1, 2])
}

#[test]
fn a_symbol_gets_an_exchange_with_all_its_candles() {
    let home = home();
    let line = "symbols rename ZAP NASDAQ:ZAP";
    home.fails(2, line).stderr(
        contains("this renames ZAP to NASDAQ:ZAP")
            .and(contains("this moves 3 candles of ZAP 1d, from 2023-12-28 to 2024-01-02"))
            .and(contains("this moves 2 candles of ZAP 1h")),
    );
    home.ok(&format!("{line} --dry-run")).stderr(contains("nothing was changed"));
    assert_eq!(series(&home), [["ZAP", "1h", "2"], ["ZAP", "1d", "3"]]);
    let report = home.csv(&format!("{line} --yes"));
    assert_eq!(columns(&report, [0, 1, 2]), [["NASDAQ:ZAP", "1h", "2"], ["NASDAQ:ZAP", "1d", "3"]]);
    assert_eq!(series(&home), [["NASDAQ:ZAP", "1h", "2"], ["NASDAQ:ZAP", "1d", "3"]]);
    assert_eq!(columns(&home.csv("symbols"), [0, 1, 2, 5]), [["NASDAQ", "ZAP", "equity", "USD"]]);
    assert_eq!(columns(&home.csv("candles ZAP --interval 1d"), [4]), [["1"], ["2"], ["3"]]);
    home.fails(4, &format!("{} --yes", line.replace("ZAP NASDAQ", ":ZAP NASDAQ")))
        .stderr(contains("no symbol :ZAP is registered"));
    home.fails(2, &format!("{line} --yes")).stderr(contains("has this name already"));
}

#[test]
fn the_new_name_says_its_exchange() {
    let home = home();
    home.ok("symbols rename ZAP ZIP --yes");
    home.ok("symbols rename ZIP X:ZIP --yes");
    home.fails(2, "symbols rename ZIP ZOP --yes").stderr(contains("X:ZOP, or :ZOP for none"));
    home.ok("symbols rename ZIP :ZOP --yes");
    assert_eq!(series(&home), [["ZOP", "1h", "2"], ["ZOP", "1d", "3"]]);
    home.ok("import days.csv --symbol Y:ZOP --interval 1d");
    home.fails(2, "symbols rename ZOP Z:ZOP --yes").stderr(contains(":ZOP or Y:ZOP"));
}

#[test]
fn a_rename_that_was_interrupted_is_completed_by_the_same_command() {
    let home = home();
    home.write("part.csv", &DAYS[..44]);
    home.ok("import part.csv --symbol NASDAQ:ZAP --interval 1d");
    home.ok("symbols delete NASDAQ:ZAP --keep-candles --yes");
    home.ok("symbols rename :ZAP NASDAQ:ZAP --yes")
        .stderr(contains("there are already 1 candle of NASDAQ:ZAP 1d"));
    assert_eq!(series(&home), [["NASDAQ:ZAP", "1h", "2"], ["NASDAQ:ZAP", "1d", "3"]]);

    home.ok("symbols add :ZAP --asset-class equity --quote USD");
    home.write("rest.csv", format!("{}{}", &DAYS[..25], &DAYS[44..]));
    home.ok("import rest.csv --symbol :ZAP --interval 1d");
    home.ok("symbols rename :ZAP NASDAQ:ZAP --yes");
    assert_eq!(series(&home), [["NASDAQ:ZAP", "1h", "2"], ["NASDAQ:ZAP", "1d", "3"]]);
    assert_eq!(columns(&home.csv("symbols"), [0, 1]), [["NASDAQ", "ZAP"]]);
}

#[test]
fn what_another_symbol_has_is_never_mixed_with_it() {
    let home = home();
    home.write("other.csv", DAYS.replace("3,3,3,3", "3,9,3,3"));
    home.ok("import other.csv --symbol X:ZIP --interval 1d --asset-class equity");
    let refused = "ZAP and X:ZIP are both registered, with different values";
    home.fails(2, "symbols rename ZAP X:ZIP --yes").stderr(contains(refused));
    home.ok("symbols delete :ZAP --keep-candles --yes");
    home.fails(2, "symbols rename ZAP X:ZIP --yes").stderr(
        contains("ZAP cannot become X:ZIP, which has other candles")
            .and(contains("1 with other values")),
    );
    assert_eq!(series(&home), [["ZAP", "1h", "2"], ["ZAP", "1d", "3"], ["X:ZIP", "1d", "3"]]);
    home.ok("import days.csv --symbol X:ZIP --interval 1d");
    home.ok("symbols rename ZAP X:ZIP --yes");
    assert_eq!(series(&home), [["X:ZIP", "1h", "2"], ["X:ZIP", "1d", "3"]]);
    assert_eq!(columns(&home.csv("symbols"), [0, 1]), [["X", "ZIP"]]);
}
