//! Which store is used, and which is not made.

use std::fs;

use predicates::str::contains;

use crate::program::Home;

const READERS: [&str; 13] = [
    "candles A",
    "latest",
    "coverage",
    "resample A 1w",
    "symbols",
    "symbols delist A --date 2024-01-01",
    "symbols rename A X:A",
    "symbols delete A",
    "delete A",
    "export",
    "chart A",
    "health",
    "serve",
];

#[test]
fn reading_makes_no_store_and_says_how_to_get_one() {
    let home = Home::new();
    for command in READERS {
        home.fails(4, command)
            .stderr(contains(format!("there is no store in {}", home.store().display())))
            .stderr(contains("candlehouse import FILE"));
    }
    assert_eq!(fs::read_dir(home.path("")).unwrap().count(), 0);
}

#[test]
fn reading_a_store_in_memory_is_refused_with_advice() {
    let home = Home::new();
    for command in READERS {
        home.fails(4, &format!("--db chdb::memory: {command}"))
            .stderr(contains("gone when it ends; give a folder with --db chdb:PATH"));
    }
    home.ok("--db chdb::memory: demo").stdout(contains("12154 inserted"));
}

#[test]
fn the_option_wins_over_the_variable_and_the_variable_over_the_data_folder() {
    let home = Home::new();
    home.write("a.csv", "date,open,high,low,close\n2024-01-01,1,1,1,1\n2024-01-02,1,1,1,1\n");
    home.ok("import a.csv --symbol DEFAULT");
    home.ok("--db chdb:./given import a.csv --symbol GIVEN");
    let symbols_with = |arguments: &[&str], variable: &str| {
        let mut command = home.command(arguments);
        let run = command.args(["latest", "--format", "csv"]).env("CANDLEHOUSE_DB", variable);
        let rows = crate::program::csv_rows(&crate::program::stdout(&run.assert().success()));
        rows.iter().map(|row| row[1].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(symbols_with(&[], ""), ["DEFAULT"]);
    assert_eq!(symbols_with(&[], "chdb:./given"), ["GIVEN"]);
    assert_eq!(symbols_with(&["--db", "chdb:./given"], "chdb:./neither"), ["GIVEN"]);

    let elsewhere = home.path("data");
    home.command(&["init"]).env("XDG_DATA_HOME", &elsewhere).assert().success();
    assert!(elsewhere.join("candlehouse/store").is_dir());
}

#[test]
fn a_place_that_cannot_hold_a_store_says_why() {
    let home = Home::new();
    home.write("file", "precious");
    for store in ["./file", "./file/store"] {
        home.fails(1, &format!("--db chdb:{store} init"))
            .stderr(contains(format!("the store in {store}: a part of the path is a file")));
    }
    assert_eq!(home.read("file"), "precious");
    home.fails(1, "--db chdb:/proc/store init")
        .stderr(contains("the store in /proc/store: the folder cannot be made"));
}

#[test]
fn a_store_without_tables_says_how_to_make_them() {
    let home = Home::new();
    fs::create_dir_all(home.path("store/metadata")).unwrap();
    for command in ["latest", "health", "symbols"] {
        home.run(&["--db", "chdb:./store", command])
            .code(1)
            .stderr(contains("run `candlehouse init`"));
    }
    home.ok("--db chdb:./store init").stdout("");
    home.ok("--db chdb:./store latest").stderr(contains("candlehouse import FILE"));
}
