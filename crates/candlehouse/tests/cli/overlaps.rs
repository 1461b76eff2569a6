//! Files of one run that have candles of the same times.

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::{Home, columns};

fn days(rows: &[(u8, u8)]) -> String {
    let row =
        |(day, price): &(u8, u8)| format!("2024-01-{day:02},{price},{price},{price},{price},1\n");
    format!("date,open,high,low,close,volume\n{}", rows.iter().map(row).collect::<String>())
}

/// A home with two files that differ on 2024-01-04.
fn home() -> Home {
    let home = Home::new();
    home.write("a.csv", days(&[(2, 1), (3, 1), (4, 1)]));
    home.write("b.csv", days(&[(3, 1), (4, 2), (5, 2)]));
    home
}

const IMPORT: &str = "import a.csv b.csv --symbol ZAP --interval 1d";

fn closes(home: &Home) -> Vec<[String; 1]> {
    columns(&home.csv("candles ZAP"), [4])
}

#[test]
fn a_file_that_differs_from_an_earlier_one_of_the_run_is_refused() {
    let home = home();
    for _ in 0..2 {
        let words: Vec<_> = IMPORT.split(' ').collect();
        home.run(&words).code(3).stderr(
            contains("b.csv and a.csv, which is stored, have different candles of ZAP 1d")
                .and(contains("for 2024-01-04: open 2 and 1"))
                .and(contains("--last-wins")),
        );
        assert_eq!(closes(&home), [["1"], ["1"], ["1"]]);
    }
}

#[test]
fn the_last_file_wins_if_it_is_told_to() {
    let home = home();
    home.ok(&format!("{IMPORT} --last-wins"));
    assert_eq!(closes(&home), [["1"], ["1"], ["2"], ["2"]]);
}

#[test]
fn files_that_agree_are_unchanged_where_they_overlap() {
    let home = home();
    home.write("b.csv", days(&[(3, 1), (4, 1), (5, 2)]));
    let report = home.csv(IMPORT);
    assert_eq!(columns(&report, [4, 5, 6]), [["3", "0", "0"], ["1", "0", "2"]]);
}

#[test]
fn candles_from_before_the_run_are_corrected_also_between_those_of_an_earlier_file() {
    let home = home();
    home.write("old.csv", days(&[(3, 9)]));
    home.ok("import old.csv --symbol ZAP --interval 1d");
    home.write("a.csv", days(&[(2, 1), (4, 1)]));
    home.write("b.csv", days(&[(3, 2), (4, 1)]));
    let report = home.csv(IMPORT);
    assert_eq!(columns(&report, [4, 5, 6]), [["2", "0", "0"], ["0", "1", "1"]]);
}

#[test]
fn files_of_several_runs_correct_each_other() {
    let home = home();
    home.ok("import a.csv --symbol ZAP --interval 1d");
    home.ok("import b.csv --symbol ZAP --interval 1d");
    assert_eq!(closes(&home), [["1"], ["1"], ["2"], ["2"]]);
}
