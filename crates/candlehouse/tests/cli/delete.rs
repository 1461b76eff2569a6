//! Deleting candles and symbols.

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::{Home, columns};
use crate::serving::Serving;
use crate::terminal::on_terminal;

/// Two years of candles: those of a table's part each.
const DAYS: &str = "date,open,high,low,close,volume\n2023-12-28,1,1,1,1,1\n2023-12-29,2,2,2,2,2\n\
                    2024-01-02,3,3,3,3,3\n2024-01-03,4,4,4,4,4\n2024-01-04,5,5,5,5,5\n";
const HOURS: &str =
    "date,open,high,low,close\n2024-01-02T10:00,1,1,1,1\n2024-01-02T11:00,2,2,2,2\n";

/// A home with candles of `X:ZAP` and a neighbour.
fn home() -> Home {
    let home = Home::new();
    home.write("days.csv", DAYS);
    home.write("hours.csv", HOURS);
    home.ok("import days.csv --symbol X:ZAP --interval 1d");
    home.ok("import days.csv --symbol X:ZAP2 --interval 1d");
    home
}

/// Closing prices.
fn closes(home: &Home, line: &str) -> Vec<String> {
    columns(&home.csv(line), [4]).into_iter().flatten().collect()
}

#[test]
fn a_series_that_was_deleted_comes_back_when_its_file_is_imported_again() {
    let home = home();
    let report = home.json("delete ZAP --yes");
    assert_eq!(
        report,
        serde_json::json!([{
            "exchange": "X", "symbol": "ZAP", "interval": "1d", "candles": 5,
            "first": "2023-12-28T00:00:00Z", "last": "2024-01-04T00:00:00Z",
        }])
    );
    home.fails(4, "candles X:ZAP");
    assert_eq!(closes(&home, "candles ZAP2"), ["1", "2", "3", "4", "5"]);
    let again = home.json("import days.csv --symbol X:ZAP --interval 1d");
    assert_eq!(again[0]["inserted"], 5);
    assert_eq!(closes(&home, "candles X:ZAP"), ["1", "2", "3", "4", "5"]);
}

#[test]
fn a_served_store_forgets_and_gets_back_the_same() {
    let home = home();
    let serving = Serving::start(&home, "");
    for _ in 0..2 {
        home.ok("delete ZAP --yes");
        home.fails(4, "candles X:ZAP");
        let again = home.json("import days.csv --symbol X:ZAP --interval 1d");
        assert_eq!(again[0]["inserted"], 5);
        assert_eq!(closes(&home, "candles X:ZAP"), ["1", "2", "3", "4", "5"]);
    }
    home.ok("symbols rename X:ZAP :ZIP --yes");
    assert_eq!(closes(&home, "candles ZIP"), ["1", "2", "3", "4", "5"]);
    home.ok("symbols delete X:ZAP2 --with-candles --yes");
    serving.ends_well();
    assert_eq!(columns(&home.csv("coverage"), [0, 2]), [["ZIP", "5"]]);
    assert_eq!(columns(&home.csv("symbols"), [0, 1]), [["", "ZIP"]]);
}

#[test]
fn a_range_is_counted_first_and_deleted_only_when_that_is_wanted() {
    let home = home();
    let line = "delete X:ZAP --from 2023-12-29 --to 2024-01-03";
    let told = "this deletes 2 candles of X:ZAP 1d, from 2023-12-29 to 2024-01-02";
    home.fails(2, line).stderr(contains(told)).stderr(contains("--yes").and(contains("--dry-run")));
    let report = home.csv(&format!("{line} --dry-run"));
    assert_eq!(columns(&report, [0, 2]), [["X:ZAP", "2"]]);
    home.ok(&format!("{line} --dry-run"))
        .stderr(contains(told).and(contains("nothing was changed")));
    assert_eq!(closes(&home, "candles X:ZAP").len(), 5);
    home.ok(&format!("{line} -y")).stderr(contains(told));
    assert_eq!(closes(&home, "candles X:ZAP"), ["1", "4", "5"]);
    let nothing = home.ok(&format!("{line} --format csv"));
    nothing
        .stdout("exchange,symbol,interval,candles,first,last\n")
        .stderr(contains("no candles of X:ZAP from 2023-12-29 to before 2024-01-03"));
    home.fails(2, "delete X:ZAP --dry-run --yes").stderr(contains("cannot be used with"));
}

#[test]
fn what_is_deleted_is_never_guessed() {
    let home = home();
    home.ok("import hours.csv --symbol X:ZAP --interval 1h");
    home.fails(4, "delete NOBODY --yes").stderr(contains("no candles of NOBODY are stored"));
    home.fails(2, "delete ZAP --yes").stderr(contains("--interval 1h or --interval 1d"));
    home.ok("delete ZAP --interval 1h --from 2024-01-02T11:00 --yes");
    assert_eq!(home.csv("candles ZAP --interval 1h").len(), 1);
    home.ok("delete ZAP --all-intervals --yes")
        .stderr(contains("1 candle of X:ZAP 1h").and(contains("5 candles of X:ZAP 1d")))
        .stderr(contains("X:ZAP has no candles left and stays registered"))
        .stderr(contains("`candlehouse symbols delete X:ZAP`"));
    assert_eq!(columns(&home.csv("coverage"), [0, 1]), [["X:ZAP2", "1d"]]);
    home.ok("symbols delete X:ZAP --yes");
    home.ok("delete ZAP2 --from 2024-01-04 --yes").stderr(contains("stays").not());
    home.ok("import days.csv --symbol Y:ZAP2 --interval 1d");
    home.fails(2, "delete ZAP2 --yes").stderr(contains("X:ZAP2 or Y:ZAP2"));
}

#[test]
fn a_symbol_with_candles_goes_only_with_a_word_about_them() {
    let home = home();
    for line in ["symbols delete X:ZAP", "symbols delete ZAP --yes"] {
        home.fails(2, line)
            .stderr(contains("5 candles of X:ZAP 1d, from 2023-12-28 to 2024-01-04"))
            .stderr(contains("--with-candles").and(contains("--keep-candles")));
    }
    home.ok("symbols delete ZAP --with-candles --dry-run")
        .stderr(contains("this deletes 5 candles of X:ZAP 1d"));
    assert_eq!(home.csv("symbols").len(), 2);
    home.ok("symbols delete ZAP --keep-candles --yes --format csv")
        .stdout(contains("X,ZAP,other"))
        .stderr(contains("this leaves 5 candles of X:ZAP 1d"));
    assert_eq!(columns(&home.csv("symbols"), [1]), [["ZAP2"]]);
    assert_eq!(closes(&home, "candles X:ZAP").len(), 5);
    home.fails(4, "symbols delete ZAP --yes").stderr(contains("`candlehouse delete`"));
    home.ok("import days.csv --symbol X:ZAP --interval 1d").stderr(contains("registered X:ZAP"));
    home.ok("symbols delete ZAP --with-candles --yes");
    home.fails(4, "candles X:ZAP");
    assert_eq!(columns(&home.csv("coverage"), [0]), [["X:ZAP2"]]);
    home.ok("symbols add X:NEW --asset-class equity");
    home.ok("symbols delete X:NEW --yes").stderr(contains("candles").not());
    home.fails(2, "symbols delete ZAP2 --with-candles --keep-candles");
}

#[test]
#[cfg(unix)]
fn on_a_terminal_it_is_asked_for() {
    let home = home();
    for (answer, code) in [("n\n", 1), ("\n", 1), ("y\n", 0)] {
        let (ended, told) = on_terminal(&home, "delete X:ZAP", answer);
        assert!(told.contains("this deletes 5 candles of X:ZAP 1d"), "{told}");
        assert!(told.contains("Go on? [y/N]"), "{told}");
        assert_eq!(ended, Some(code), "{told}");
        let left = if code == 0 { 1 } else { 2 };
        assert_eq!(home.csv("coverage").len(), left, "{told}");
        assert_eq!(told.contains("nothing was changed"), code == 1, "{told}");
    }
}
