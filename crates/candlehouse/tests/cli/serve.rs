//! Health probes and metrics over HTTP.
#![cfg(unix)]

use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::database::{Database, Reply, SECRET, nobody};
use crate::program::Home;
use crate::serving::{Serving, until};

const REFUSED: Reply = Reply::Exception(516, "me: Authentication failed: password is incorrect");

#[test]
fn an_embedded_store_is_ready_and_left_in_good_order() {
    let home = Home::with_stocks();
    let serving = Serving::start(&home, "");
    let ready = serving.until_ready_is(200);
    assert!(ready.head.contains("content-type: application/json"), "{}", ready.head);
    let report = ready.json();
    assert_eq!((&report["status"], &report["problem"]), (&"ok".into(), &().into()));
    assert_eq!(report["database"], format!("chdb:{}", home.store().display()));
    assert!(report["version"].as_str().unwrap().contains('.'), "{report}");
    assert!(report["latency_ms"].as_f64().unwrap() > 0.0, "{report}");
    assert!(report["age_ms"].as_u64().is_some(), "{report}");
    serving.signal("-TERM");
    let output = serving.end();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &[][..]));
    assert_eq!(home.json("health")[0]["candles"], 12_154);
}

#[test]
fn only_what_is_there_is_answered_and_only_to_those_who_read() {
    let home = Home::new();
    let serving = Serving::start(&home, &format!("--db {}", nobody()));
    assert_eq!((serving.get("/livez").status, serving.get("/livez").body.as_str()), (200, "ok"));
    let head = serving.ask("HEAD", "/livez");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(serving.ask("HEAD", "/readyz").status, 503);
    for (method, path, status) in [
        ("GET", "/", 404),
        ("GET", "/livez/", 404),
        ("POST", "/readyz", 405),
        ("PUT", "/metrics", 405),
    ] {
        assert_eq!(serving.ask(method, path).status, status, "{method} {path}");
    }
}

#[test]
fn readiness_tells_what_is_wrong_and_the_program_stays_alive() {
    let home = Home::new();
    let silent = Database::that_replies(Reply::Silence);
    let refusing = Database::that_replies(REFUSED);
    let failing = Database::that_replies(Reply::Exception(241, "Memory limit exceeded"));
    for (url, limit, problem, text) in [
        (nobody(), "30", "unreachable", "check that the server runs"),
        (silent.url(), "0.5", "timed_out", "timed out after 500ms"),
        (refusing.url(), "30", "credentials_refused", "password is incorrect"),
        (failing.url(), "30", "failing", "Memory limit exceeded"),
    ] {
        let serving = Serving::start(&home, &format!("--db {url} --ready-timeout {limit}"));
        let under_way = serving.send("GET", "/readyz");
        assert_eq!(serving.get("/livez").status, 200, "{problem}");
        let answer = under_way.answer();
        let report = answer.json();
        assert_eq!((answer.status, &report["problem"]), (503, &problem.into()), "{report}");
        assert_eq!(report["status"], problem.replace('_', " "));
        assert!(report["message"].as_str().unwrap().contains(text), "{report}");
        assert!(report["version"].is_null(), "{report}");
        assert_eq!(serving.get("/livez").status, 200, "{problem}");
        serving.signal("-TERM");
        let output = serving.end();
        let log = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{log}");
        assert!(log.contains("not ready") && log.contains(text), "{log}");
        assert!(!(log + &answer.body).contains(SECRET));
    }
}

#[test]
fn readiness_recovers_when_the_server_does() {
    let home = Home::new();
    let database = Database::that_replies(REFUSED);
    let serving = Serving::start(&home, &format!("--db {} --log info", database.url()));
    serving.until_ready_is(503);
    database.now_replies(Reply::VersionOnly);
    assert_eq!(serving.until_ready_is(200).json()["version"], "26.7.1.1");
    database.now_replies(REFUSED);
    assert_eq!(serving.until_ready_is(503).json()["problem"], "credentials_refused");
    serving.signal("-INT");
    let output = serving.end();
    let log = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{log}");
    assert_eq!(log.matches("not ready").count(), 2, "each change is logged once: {log}");
}

#[test]
fn metrics_can_be_scraped_and_follow_readiness() {
    let home = Home::new();
    let database = Database::that_replies(REFUSED);
    let serving = Serving::start(&home, &format!("--db {}", database.url()));
    serving.until_ready_is(503);
    let refused = serving.get("/metrics");
    assert_eq!(refused.status, 200);
    assert!(refused.head.contains("content-type: text/plain; version=0.0.4"), "{}", refused.head);
    assert_eq!(sample(&refused.body, "candlehouse_ready"), Some(0.0));
    let checks = "candlehouse_readiness_checks_total{status=\"credentials_refused\"}";
    assert!(sample(&refused.body, checks).unwrap() >= 1.0, "{}", refused.body);
    let build = format!("candlehouse_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    assert_eq!(sample(&refused.body, &build), Some(1.0));
    assert!(refused.body.contains("\ndb_client_attempts_total{"), "{}", refused.body);

    database.now_replies(Reply::VersionOnly);
    serving.until_ready_is(200);
    let ready = serving.get("/metrics").body;
    assert_eq!(sample(&ready, "candlehouse_ready"), Some(1.0));
    assert!(sample(&ready, "candlehouse_readiness_checks_total{status=\"ok\"}").unwrap() >= 1.0);
}

/// The value of a series; every line must be a comment or a series with a number.
fn sample(text: &str, series: &str) -> Option<f64> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    let samples: Vec<(&str, f64)> = lines
        .map(|line| line.rsplit_once(' ').map(|(name, value)| (name, value.parse().unwrap())))
        .map(Option::unwrap)
        .collect();
    samples.into_iter().find_map(|(name, value)| (name == series).then_some(value))
}

#[test]
fn a_probe_under_way_is_answered_before_the_program_ends() {
    let home = Home::new();
    let database = Database::that_replies(Reply::Silence);
    let serving = Serving::start(&home, &format!("--db {} --ready-timeout 1", database.url()));
    let _idle = TcpStream::connect(serving.address()).unwrap();
    assert_eq!(serving.get("/readyz").status, 503);
    // Until that answer is too old to be given again.
    thread::sleep(Duration::from_millis(1100));
    let before = database.requests();
    let under_way = serving.send("GET", "/readyz");
    until(|| database.requests() > before);
    serving.signal("-TERM");
    assert_eq!(under_way.answer().json()["problem"], "timed_out");
    let address = serving.address().to_owned();
    assert_eq!(serving.end().status.code(), Some(0));
    TcpStream::connect(address).unwrap_err();
}

#[test]
fn an_address_that_cannot_be_listened_on_is_named() {
    let home = Home::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    home.fails(1, &format!("--db {} serve --listen {address}", nobody()))
        .stderr(contains(format!("cannot listen on {address}")).and(contains("--listen")))
        .stderr(contains("in use"));
    for wrong in ["9464", "localhost", "127.0.0.1:99999", "127.0.0.1"] {
        home.fails(2, &format!("serve --listen {wrong}"))
            .stderr(contains("such as 127.0.0.1:9464"));
    }
    for wrong in ["0", "-1", "soon", "1e300", "NaN"] {
        home.fails(2, &format!("serve --ready-timeout {wrong}"))
            .stderr(contains("a number of seconds"));
    }
}
