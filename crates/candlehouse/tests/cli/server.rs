//! Databases elsewhere: on a real server, and what can be said without one.

use assert_cmd::cargo;
use chdb_server::{Server, ServerConfig, User};
use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::database::{Database, Reply, SECRET, nobody};
use crate::program::{Home, engine_library, stdout};

#[test]
fn a_server_that_is_not_there_is_named_with_its_port_and_without_the_password() {
    let home = Home::new();
    let url = nobody();
    let target = url.replace(&format!("me:{SECRET}@"), "").replace("/prices", "");
    for command in ["health", "latest", "init", "candles AAPL", "symbols", "demo"] {
        let line = format!("--db {url} {command}");
        home.run(&line.split(' ').collect::<Vec<_>>())
            .code(1)
            .stdout(contains(SECRET).not())
            .stderr(contains(format!("cannot reach {target}")))
            .stderr(contains("check that the server runs").and(contains(SECRET).not()));
    }
}

#[test]
fn the_server_can_be_named_by_the_usual_variables() {
    let home = Home::new();
    let database = Database::that_replies(Reply::VersionOnly);
    let with = |variables: &[(&str, &str)]| {
        let mut command = home.command(&["health", "--format", "json", "--db", "env:"]);
        command.envs(variables.iter().copied()).assert()
    };
    with(&[("CLICKHOUSE_URL", &database.url())]).code(1).stdout(contains("26.7.1.1"));
    let port = database.address().port().to_string();
    with(&[("CLICKHOUSE_HOST", "127.0.0.1"), ("CLICKHOUSE_PORT", &port)])
        .code(1)
        .stdout(contains(format!("http://default@127.0.0.1:{port}/jts")));
    with(&[("CLICKHOUSE_URL", &database.url()), ("CLICKHOUSE_MAX_RETRIES", SECRET)])
        .code(2)
        .stderr(contains("CLICKHOUSE_MAX_RETRIES").and(contains(SECRET).not()));
}

#[test]
fn a_database_that_cannot_be_meant_is_refused_without_repeating_the_password() {
    let home = Home::new();
    for (url, text) in [
        ("postgres://me:hunter2@host/prices", "it must be chdb:PATH"),
        ("me:hunter2@host", "it must be chdb:PATH"),
        ("http://me:hunter2@host:99999/prices", "port"),
        ("http://me:hunter2@host/pri-ces", "database"),
        ("http://me:hunter2@host/prices?secret=hunter2", "no such parameter"),
    ] {
        home.fails(2, &format!("--db {url} latest"))
            .stderr(contains("option --db").and(contains(text)))
            .stderr(contains(SECRET).not());
        home.command(&["latest"])
            .env("CANDLEHOUSE_DB", url)
            .assert()
            .code(2)
            .stderr(contains(text).and(contains(SECRET).not()));
    }
    let shown = home.command(&["--help"]).env("CANDLEHOUSE_DB", "http://me:hunter2@host").assert();
    shown.success().stdout(contains(SECRET).not());
}

#[test]
fn every_command_says_the_same_on_a_server_as_on_an_embedded_store() {
    let home = Home::with_stocks();
    let config = ServerConfig::temporary()
        .with_user(User::new("me", SECRET))
        .with_library(engine_library())
        .with_program(cargo::cargo_bin!("candlehouse"));
    let server = Server::start(config).unwrap();
    let url = server.url().replace("/default", "/prices");
    let on_server = |line: &str| {
        let mut words = vec!["--db", &url];
        words.extend(line.split(' '));
        home.run(&words).success().stderr(contains(SECRET).not())
    };
    on_server("init");
    on_server(&format!("import {}", crate::stocks::PATH));
    for line in [
        "candles AAPL --from 2013-02-20 --format csv",
        "candles GOOG --last 3",
        "latest --count 2 --format json",
        "coverage --gaps",
        "resample MSFT 1w --from 2012-12-01",
        "symbols --format csv",
        "symbols --search aa",
        "export IBM --format csv",
        "chart AAPL --width 60 --charset ascii",
    ] {
        let words: Vec<_> = line.split(' ').collect();
        assert_eq!(stdout(&on_server(line)), stdout(&home.run(&words).success()), "{line}");
    }
    on_server("symbols add AAPL --tick-size 0.01");
    on_server("symbols delist AAPL --date 2013-03-02");
    on_server("health").stdout(contains("12,154").and(contains("http://me@127.0.0.1:")));
    on_server("demo").stdout(contains(SECRET).not());
}
