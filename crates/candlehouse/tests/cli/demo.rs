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
    let its_own = format!("--db {}", of_the_demonstration(&home));
    assert_eq!(columns(&home.csv(&format!("{its_own} latest")), [0]), stocks.map(|stock| [stock]));
    assert_eq!(
        home.csv(&format!("{its_own} candles IBM --last 1")),
        [["2013-03-01T00:00:00Z", "200.65", "202.94", "199.36", "202.91", "3308300"]]
    );
    let found = home.csv(&format!("{its_own} symbols --search go"));
    assert_eq!(columns(&found, [1, 6]), [["GOOG", "0.01"]]);
}

/// The store that the demonstration has where none is named.
fn of_the_demonstration(home: &Home) -> String {
    format!("chdb:{}", home.store().with_file_name("demo-store").display())
}

#[test]
fn the_demonstration_leaves_the_store_of_its_user_alone() {
    let home = Home::new();
    let text = stdout(&home.ok("demo"));
    assert!(!home.store().exists());
    let its_own = of_the_demonstration(&home);
    assert!(text.contains(&format!("into {its_own}")), "{text}");
    assert!(text.contains(&format!("--db {its_own} candles AAPL")), "{text}");
    let last = text.lines().last().unwrap();
    assert!(last.ends_with(" import YOUR.csv --symbol NAME") && !last.contains("--db"), "{last}");

    home.write("own.csv", "date,open,high,low,close\n2013-03-01,1,1,1,1\n");
    home.ok("import own.csv --symbol NASDAQ:AAPL --interval 1d");
    home.ok("demo").stdout(contains("0 inserted, 12154 unchanged"));
    assert_eq!(columns(&home.csv("candles AAPL"), [4]), [["1"]]);
}

#[test]
fn every_command_that_the_demonstration_recommends_works() {
    let home = Home::new();
    let demo = home.ok("--db chdb:./demo demo");
    let text = stdout(&demo);
    let (_, commands) = text.split_once("Try next\n").unwrap();
    let (commands, of_the_user) = commands.split_once("\n\n").unwrap();
    assert!(of_the_user.contains("import YOUR.csv") && !of_the_user.contains("--db"), "{text}");
    let commands: Vec<_> = commands.lines().collect();
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
    home.fails(2, &format!("--db chdb:{} demo", home.store().display()))
        .stderr(contains("other candles of NASDAQ:AAPL").and(contains("--db")));
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
