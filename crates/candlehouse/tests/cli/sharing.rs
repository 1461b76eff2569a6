//! Several processes on one embedded store, through the one that serves it.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::lock::importing;
use crate::program::Home;
use crate::serving::{Serving, until};
use crate::shared_entry::entry;

const NEW: &str = "date,open,high,low,close\n2024-01-01,1,1,1,1\n2024-01-02,1,1,1,1\n";

#[test]
fn every_command_works_while_the_store_is_served() {
    let home = Home::with_stocks();
    home.write("new.csv", NEW);
    let lines = ["candles AAPL", "coverage", "latest", "resample IBM 1M", "symbols"];
    let before = lines.map(|line| home.csv(line));
    let export_before = crate::program::stdout(&home.ok("export"));

    let serving = Serving::start(&home, "");
    let report = home.json("health");
    let shown = format!(
        "chdb:{} (served by process {} at {})",
        home.store().display(),
        serving.id(),
        entry(&home.store())["url"].as_str().unwrap()
    );
    assert_eq!((&report[0]["database"], &report[0]["candles"]), (&shown.into(), &12_154.into()));
    assert_eq!(lines.map(|line| home.csv(line)), before);
    assert_eq!(crate::program::stdout(&home.ok("export")), export_before);
    home.ok("chart GOOG").stdout(contains("GOOG"));
    home.ok("export AAPL --output aapl.parquet");
    home.ok("init").stdout("").stderr(contains("served by process"));
    home.ok("import new.csv --symbol NEW").stderr(contains("registered NEW"));
    home.ok("symbols delist NEW --date 2024-02-01");
    home.ok(&format!("--db chdb:{} demo", home.store().display()))
        .stdout(contains("12154 inserted"))
        .stdout(contains("served by process").and(contains("--db").not()));
    home.fails(4, "candles NOBODY").stderr(contains("NOBODY"));
    assert_eq!(home.csv("candles NEW").len(), 2);

    serving.ends_well();
    let report = home.json("health");
    assert_eq!(report[0]["database"], format!("chdb:{}", home.store().display()));
    assert_eq!(report[0]["candles"], 2 * 12_154 + 2);
    assert_eq!(home.csv("candles NEW").len(), 2);
}

#[test]
fn a_store_is_the_same_by_whatever_path_it_is_named() {
    let home = Home::new();
    let name = "it's \"a\" b & c;$d%20é";
    let served = format!("chdb:./{name}");
    home.write("new.csv", NEW);
    home.run(&["--db", &served, "import", "new.csv", "--symbol", "A"]).success();
    symlink(home.path(name), home.path("link")).unwrap();
    let serving = Serving::start_with(&home, &["--db", &served]);
    let absolute = home.path(name).display().to_string();
    for path in [&format!("./{name}"), "link", &absolute, &format!("{name}/../link/.")] {
        let health = home.run(&["--db", &format!("chdb:{path}"), "health"]).success();
        health.stdout(contains(format!("chdb:{path} (served by process {}", serving.id())));
    }
    serving.ends_well();
    home.ok("--db chdb:link health").stdout(contains("served by").not());
}

#[test]
fn a_store_is_served_once() {
    let home = Home::with_stocks();
    let serving = Serving::start(&home, "");
    let before = fs::read(home.store().join("serving.json")).unwrap();
    home.fails(1, "serve --listen 127.0.0.1:0")
        .stderr(contains(format!("process {} serves it already", serving.id())));
    assert_eq!(fs::read(home.store().join("serving.json")).unwrap(), before);
    assert_eq!(home.json("health")[0]["candles"], 12_154);
    serving.ends_well();
}

#[test]
fn a_store_that_is_being_imported_into_is_not_served_and_the_process_is_named() {
    let home = Home::new();
    home.ok("init");
    let mut other = importing(&home);
    home.fails(1, "serve --listen 127.0.0.1:0")
        .stderr(contains(format!("another process ({}) has it open", other.id())))
        .stderr(contains("run `candlehouse serve`"));
    assert!(!home.store().join("serving.json").exists());
    other.stdin.take().unwrap().write_all(NEW.as_bytes()).unwrap();
    assert_eq!(other.wait_with_output().unwrap().status.code(), Some(0));
    assert_eq!(home.csv("candles A").len(), 4);
}

#[test]
fn a_command_waits_for_a_server_that_leaves_the_store() {
    let home = Home::with_stocks();
    for _ in 0..3 {
        let serving = Serving::start(&home, "");
        serving.signal("-TERM");
        until(|| !home.store().join("serving.json").exists());
        // The server may have the store open for another moment.
        assert_eq!(home.json("health")[0]["candles"], 12_154);
        assert_eq!(serving.end().status.code(), Some(0));
    }
}
