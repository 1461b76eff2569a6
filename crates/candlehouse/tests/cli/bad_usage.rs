//! Command lines that cannot be meant.

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::{COMMANDS, Home};

#[test]
fn what_cannot_be_meant_is_named_before_any_store_is_made() {
    let home = Home::new();
    for (line, text) in [
        ("frobnicate", "'frobnicate'"),
        ("candles", "<SYMBOL>"),
        ("import", "<FILES>"),
        ("candles AAPL --format xml", "[possible values: table, json, jsonl, csv]"),
        ("candles AAPL --interval 7m", "unknown interval \"7m\""),
        ("resample AAPL weekly", "unknown interval \"weekly\""),
        ("candles AAPL --from yesterday", "write it as 2013-03-01"),
        ("candles AAPL --last 0", "'--last <N>'"),
        ("candles AAPL --last -1", "'--last <N>'"),
        ("latest -n 0", "'--last <N>'"),
        ("latest --count 3", "it is called --last"),
        ("symbols --limit 3", "--search <PREFIX>"),
        ("symbols --search A --limit 0", "'--limit <N>'"),
        ("candles AAPL --last 1 --from 2013-01-01", "cannot be used with"),
        ("candles AAPL --last 1 --last 2", "cannot be used multiple times"),
        ("import a.csv --symbol A --exchange N/Y", "an exchange has ASCII letters"),
        ("symbols --exchange NYSE add IBM --asset-class equity", "such as NASDAQ:AAPL"),
        ("symbols --search A --exchange NYSE", "cannot be used with"),
        ("symbols --exchange NYSE delete IBM", "such as NASDAQ:AAPL"),
        ("delete A --interval 1d --all-intervals", "cannot be used with"),
        ("symbols add A --asset-class shares", "write one of equity, etf"),
        ("symbols add A --tick-size 0.1x", "'--tick-size <TICK_SIZE>'"),
        ("symbols delist A --date 2024-02-30", "'--date <DATE>'"),
        ("--db store latest", "it must be chdb:PATH"),
        ("--db chdb: latest", "chdb: needs a folder"),
    ] {
        home.fails(2, line).stderr(contains(text));
    }
    home.run(&["candles", "A\tB"]).code(2).stderr(contains("a symbol has 1 to 64 bytes"));
    assert!(!home.store().exists());
}

#[test]
fn a_range_that_ends_before_it_begins_names_both_ends() {
    let home = Home::with_stocks();
    for command in
        ["candles AAPL", "coverage", "resample AAPL 1w", "export", "chart AAPL", "delete AAPL"]
    {
        home.fails(2, &format!("{command} --from 2013-02-01 --to 2013-01-01"))
            .stderr(contains("2013-02-01").and(contains("2013-01-01")));
    }
}

#[test]
fn an_unknown_symbol_gets_suggestions() {
    let home = Home::with_stocks();
    for command in ["candles aapl", "latest aapl", "coverage aapl", "export aapl", "chart aapl"] {
        home.fails(4, command)
            .stderr(contains("no candles of aapl are stored; did you mean AAPL?"));
    }
    home.fails(4, "resample NYSE:IBM 1w").stderr(contains("did you mean IBM?"));
    home.fails(4, "candles ZZZ").stderr(contains("there are AAPL, FB, GOOG, IBM, MSFT"));
    home.fails(4, "candles AAPL --interval 1h")
        .stderr(contains("AAPL is not stored in 1h, only in 1d"));
    home.fails(2, "resample AAPL 1h").stderr(contains("do not add up to candles of 1h"));
    home.fails(4, "chart AAPL --from 2050-01-01")
        .stderr(contains("no candles of AAPL 1d from 2050-01-01"));
    home.fails(2, "chart AAPL --width 3").stderr(contains("columns, not 3: widen it"));
    home.fails(2, "chart AAPL --height 3").stderr(contains("rows, not 3: make it higher"));
}

#[test]
fn a_name_that_fits_several_series_names_the_choices() {
    let home = Home::new();
    home.write(
        "a.csv",
        "exchange,symbol,interval,time,open,high,low,close,volume\n\
         LSE,ABC,1d,2024-01-02,1,2,0.5,1.5,10\n\
         NYSE,ABC,1d,2024-01-02,1,2,0.5,1.5,10\n\
         NYSE,ABC,1h,2024-01-02T10:00,1,2,0.5,1.5,10\n",
    );
    home.ok("import a.csv").stderr(contains("registered LSE:ABC, NYSE:ABC with"));
    for command in ["candles ABC", "latest ABC", "export ABC", "resample ABC 1w"] {
        home.fails(2, command).stderr(contains("LSE:ABC or NYSE:ABC"));
    }
    home.fails(2, "candles NYSE:ABC").stderr(contains("--interval 1h or --interval 1d"));
    assert_eq!(home.csv("candles NYSE:ABC --interval 1h").len(), 1);
    assert_eq!(home.csv("candles LSE:ABC").len(), 1);
    assert_eq!(home.csv("latest NYSE:ABC").len(), 2);
}

#[test]
fn help_is_there_for_every_command_and_tells_the_exit_codes() {
    let home = Home::new();
    home.ok("--help").stdout(contains("4 no such store").and(contains("130 interrupted")));
    home.ok("--help").stdout(contains("143 terminated"));
    home.ok("--version").stdout(concat!("candlehouse ", env!("CARGO_PKG_VERSION"), "\n"));
    let of_symbols = ["symbols add", "symbols delist", "symbols rename", "symbols delete"];
    for command in COMMANDS.into_iter().chain(of_symbols) {
        home.ok(&format!("{command} --help"))
            .stdout(contains(format!("Usage: candlehouse {command}")))
            .stdout(contains("--db <URL>"));
    }
}
