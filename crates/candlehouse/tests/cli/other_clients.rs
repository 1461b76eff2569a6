//! Programs that are not Candlehouse, on a store that is served.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::database::{SECRET, nobody};
use crate::program::Home;
use crate::serving::Serving;
use crate::shared_entry::entry;

const LOGIN: &str = "--clickhouse-user me --clickhouse-password-file pw";

fn home() -> Home {
    let home = Home::with_stocks();
    home.write("pw", format!("{SECRET}\n"));
    fs::set_permissions(home.path("pw"), Permissions::from_mode(0o600)).unwrap();
    home
}

/// What the server in the store of `home` answers, with its exception in the text.
fn ask(home: &Home, user: &str, password: &str, sql: &str) -> String {
    let entry = entry(&home.store());
    let address = entry["url"].as_str().unwrap().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nX-ClickHouse-User: {user}\r\n\
         X-ClickHouse-Key: {password}\r\nContent-Length: {}\r\n\r\n{sql}",
        sql.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

const COUNT: &str = "SELECT concat('n=', toString(count())) FROM candles FINAL";

#[test]
fn a_user_with_a_password_reads_and_writes_the_store_and_nothing_else() {
    let home = home();
    let serving = Serving::start(
        &home,
        &format!("{LOGIN} --clickhouse-http 127.0.0.1:0 --clickhouse-tcp 127.0.0.1:0"),
    );
    assert!(ask(&home, "me", SECRET, COUNT).contains("n=12154"));
    for (user, password) in [("me", "wrong"), ("me", ""), ("you", SECRET), ("default", "")] {
        let answer = ask(&home, user, password, COUNT);
        assert!(!answer.starts_with("HTTP/1.1 200") && !answer.contains("n=12154"), "{answer}");
    }
    let answer = ask(&home, "me", SECRET, "CREATE TABLE t (x UInt8) ENGINE = MergeTree ORDER BY x");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for sql in [
        "SELECT * FROM file('/etc/passwd', LineAsString)",
        "SELECT * FROM url('http://127.0.0.1:9/', LineAsString)",
        "SELECT 1 INTO OUTFILE '/tmp/candlehouse-test'",
        "CREATE USER you",
    ] {
        let outside = ask(&home, "me", SECRET, sql);
        assert!(!outside.starts_with("HTTP/1.1 200"), "{outside}");
        assert!(outside.contains("Exception") && !outside.contains("root:"), "{outside}");
    }

    let words = serving.ends_well();
    for text in [
        "other clients connect as me with the password in pw, to the database default",
        "clickhouse_connect.get_client(host=\"127.0.0.1\", port=",
        "jdbc:clickhouse://127.0.0.1:",
        "clickhouse-client --host 127.0.0.1 --port ",
        "Grafana",
    ] {
        assert!(words.contains(text), "{words}");
    }
    assert!(!words.contains(SECRET) && !words.contains("others can read"), "{words}");
}

#[test]
fn a_user_can_be_kept_from_writing() {
    let home = home();
    let serving = Serving::start(&home, &format!("{LOGIN} --clickhouse-read-only"));
    assert!(ask(&home, "me", SECRET, COUNT).contains("n=12154"));
    for sql in ["TRUNCATE TABLE candles", "DROP TABLE candles", "CREATE DATABASE mine"] {
        let answer = ask(&home, "me", SECRET, sql);
        assert!(answer.contains("Code: 164") || answer.contains("Code: 497"), "{answer}");
    }
    assert_eq!(home.json("health")[0]["candles"], 12_154);
    home.ok("init");
    serving.ends_well();
}

#[test]
fn a_user_without_a_password_enters_from_this_machine() {
    let home = Home::with_stocks();
    let serving = Serving::start(&home, "--clickhouse-user me");
    assert!(ask(&home, "me", "", COUNT).contains("n=12154"));
    assert!(serving.ends_well().contains("connect as me with no password"));
}

#[test]
fn who_listens_beyond_this_machine_needs_a_password_and_is_warned() {
    let home = home();
    home.fails(2, "serve --listen 127.0.0.1:0 --clickhouse-user me --clickhouse-http 0.0.0.0:0")
        .stderr(contains("--clickhouse-password-file: me has none, and 0.0.0.0 can be reached"));
    assert!(!home.store().join("serving.json").exists());
    let serving = Serving::start(&home, &format!("{LOGIN} --clickhouse-http 0.0.0.0:0"));
    assert_eq!(home.json("health")[0]["candles"], 12_154);
    assert!(ask(&home, "me", SECRET, COUNT).contains("n=12154"));
    assert!(serving.ends_well().contains("not encrypted"));
}

#[test]
fn a_password_file_that_cannot_be_meant_is_named() {
    let home = home();
    home.write("empty", "");
    home.write("line", "\r\n");
    home.write("binary", [0xff, 0xfe]);
    for (file, text) in [
        ("missing", "missing cannot be read"),
        ("empty", "empty is empty"),
        ("line", "line is empty"),
        ("binary", "binary holds text that is not UTF-8"),
    ] {
        let options = format!("--clickhouse-user me --clickhouse-password-file {file}");
        home.fails(2, &format!("serve --listen 127.0.0.1:0 {options}"))
            .stderr(contains("--clickhouse-password-file: ").and(contains(text)));
    }
    fs::set_permissions(home.path("pw"), Permissions::from_mode(0o644)).unwrap();
    let words = Serving::start(&home, LOGIN).ends_well();
    assert!(words.contains("others can read pw") && words.contains("chmod 600 pw"), "{words}");
}

#[test]
fn a_port_in_use_is_named_with_its_option_and_nothing_is_left() {
    let home = home();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    for option in ["--clickhouse-http", "--clickhouse-tcp"] {
        home.fails(1, &format!("serve --listen 127.0.0.1:0 {LOGIN} {option} {address}"))
            .stderr(contains(format!("cannot listen on {address}")).and(contains(option)))
            .stderr(contains("in use"));
        assert!(!home.store().join("serving.json").exists());
        assert_eq!(home.json("health")[0]["candles"], 12_154);
    }
}

#[test]
fn options_that_cannot_be_meant_are_wrong_usage() {
    let home = home();
    for (line, text) in [
        ("--clickhouse-http 127.0.0.1:0", "--clickhouse-user"),
        ("--clickhouse-read-only", "--clickhouse-user"),
        ("--clickhouse-user default", "--clickhouse-user: default is the server's own session"),
        ("--clickhouse-user <x>", "--clickhouse-user: \"<x>\" must begin with a letter"),
        ("--clickhouse-user me --clickhouse-tcp 9000", "such as 127.0.0.1"),
        (
            "--clickhouse-user me --clickhouse-http 127.0.0.1:0 --clickhouse-tcp 127.0.0.2:0",
            "--clickhouse-tcp: the server listens on one host",
        ),
        (
            "--clickhouse-user me --clickhouse-http 127.0.0.1:9 --clickhouse-tcp 127.0.0.1:9",
            "need different ports",
        ),
    ] {
        home.fails(2, &format!("serve --listen 127.0.0.1:0 {line}")).stderr(contains(text));
    }
    for database in [nobody(), "chdb::memory:".into()] {
        home.fails(2, &format!("--db {database} serve --clickhouse-user me"))
            .stderr(contains("need an embedded store in a folder"))
            .stderr(contains(SECRET).not());
    }
}
