//! The demonstration.

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::{Home, columns, stdout};

#[test]
fn the_demonstration_runs_twice_and_leaves_a_store_to_ask() {
    let home = Home::new();
    let escape = contains("\u{1b}");
    home.ok("demo")
        .stdout(contains("12154 inserted, 0 unchanged").and(escape.clone().not()))
        .stdout(contains("candles AAPL --from 2013-02-01"));
    home.ok("demo").stdout(contains("0 inserted, 12154 unchanged").and(escape.not()));

    let stocks = ["NASDAQ:AAPL", "NASDAQ:FB", "NASDAQ:GOOG", "NASDAQ:MSFT", "NYSE:IBM"];
    assert_eq!(columns(&home.csv("latest"), [0]), stocks.map(|stock| [stock]));
    assert_eq!(
        home.csv("candles IBM --last 1"),
        [["2013-03-01T00:00:00Z", "200.65", "202.94", "199.36", "202.91", "3308300"]]
    );
    assert_eq!(columns(&home.csv("symbols --search go"), [1, 6]), [["GOOG", "0.01"]]);
}

#[test]
fn every_command_that_the_demonstration_recommends_works() {
    let home = Home::new();
    let demo = home.ok("--db chdb:./demo demo");
    let text = stdout(&demo);
    let (_, commands) = text.split_once("Try next\n").unwrap();
    let commands: Vec<_> = commands.lines().filter(|line| !line.contains("YOUR.csv")).collect();
    assert!(commands.len() > 3, "{commands:?}");
    for command in commands {
        let words: Vec<_> = command.split_whitespace().skip(1).collect();
        assert_eq!(words[..2], ["--db", "chdb:./demo"]);
        home.run(&words).success();
    }
}

#[test]
fn somebodys_own_candles_are_not_replaced_by_the_demonstration() {
    let home = Home::new();
    home.write("own.csv", "date,open,high,low,close\n2013-03-01,1,1,1,1\n");
    home.ok("import own.csv --symbol NASDAQ:AAPL --interval 1d");
    home.fails(2, "demo").stderr(contains("other candles of NASDAQ:AAPL").and(contains("--db")));
    assert_eq!(home.csv("latest").len(), 1);
    assert_eq!(home.csv("candles AAPL")[0][4], "1");
}

#[test]
fn make_run_gives_the_demonstration_a_store_of_its_own() {
    let makefile = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Makefile");
    let makefile = std::fs::read_to_string(makefile).unwrap();
    let demos: Vec<_> = makefile.lines().filter(|line| line.ends_with(" demo")).collect();
    let [demo] = demos[..] else { panic!("{demos:?}") };
    assert!(demo.contains("--db \"chdb:$(target_folder)/"), "{demo}");
}
