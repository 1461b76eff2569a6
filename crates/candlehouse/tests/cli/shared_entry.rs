//! The file that says how to reach the process that serves a store, and what is left of a killed one.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;

use crate::lock::importing;
use crate::program::Home;
use crate::serving::{Serving, signal, until};

/// What the file in the folder of a store says.
pub(crate) fn entry(store: &Path) -> Value {
    serde_json::from_slice(&fs::read(store.join("serving.json")).unwrap()).unwrap()
}

fn server(store: &Path) -> u32 {
    entry(store)["server"].as_u64().unwrap().try_into().unwrap()
}

fn runs(process: u32) -> bool {
    let state = ps(process, "stat");
    // A zombie has ended.
    !state.is_empty() && !state.starts_with('Z')
}

fn ps(process: u32, column: &str) -> String {
    let mut ps = Command::new("ps");
    let output = ps.args(["-ww", "-o", &format!("{column}="), "-p", &process.to_string()]).output();
    String::from_utf8_lossy(&output.unwrap().stdout).trim().to_owned()
}

#[test]
fn only_the_owner_can_read_it_and_it_goes_with_the_server() {
    let home = Home::with_stocks();
    let path = home.store().join("serving.json");
    let serving = Serving::start(&home, "");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let server = server(&home.store());
    assert!(runs(server));
    serving.ends_well();
    assert!(!path.exists() && !runs(server));
}

#[test]
fn its_password_is_shown_nowhere() {
    let home = Home::with_stocks();
    let serving = Serving::start(&home, "--log trace --clickhouse-user me");
    let entry = entry(&home.store());
    let password = entry["password"].as_str().unwrap();
    assert_eq!(password.len(), 64);
    for process in [serving.id(), server(&home.store())] {
        let arguments = ps(process, "args");
        assert!(arguments.contains("candlehouse") && !arguments.contains(password), "{arguments}");
    }
    for line in ["health", "--log trace latest", "--log debug serve --listen 127.0.0.1:0", "init"] {
        let words = line.split_whitespace().collect::<Vec<_>>();
        home.run(&words).stdout(contains(password).not()).stderr(contains(password).not());
    }
    assert!(!serving.get("/readyz").body.contains(password));
    assert!(!serving.get("/metrics").body.contains(password));
    let log = fs::read_to_string(home.store().join("server.log")).unwrap();
    assert!(!log.contains(password));
    let words = serving.ends_well();
    assert!(words.contains("connect as me") && !words.contains(password), "{words}");
}

#[test]
fn a_killed_server_takes_its_child_along_and_what_it_leaves_does_no_harm() {
    let home = Home::with_stocks();
    let left = home.store().join("serving.json");
    for next in ["health", "serve", "import"] {
        let serving = Serving::start(&home, "");
        let server = server(&home.store());
        serving.signal("-KILL");
        serving.end();
        until(|| !runs(server));
        assert!(left.exists(), "nobody could remove it");
        match next {
            "health" => {
                let report = home.json("health");
                assert_eq!(report[0]["database"], format!("chdb:{}", home.store().display()));
                assert!(!left.exists(), "it is removed");
            }
            "serve" => {
                let serving = Serving::start(&home, "");
                assert_eq!(entry(&home.store())["process"], serving.id());
                assert_eq!(home.json("health")[0]["candles"], 12_154);
                serving.ends_well();
            }
            _ => drop(home.ok(&format!("--db chdb:{} demo", home.store().display()))),
        }
    }
}

#[test]
fn what_a_killed_server_left_is_not_believed_while_another_process_has_the_store_open() {
    let home = Home::new();
    home.ok("init");
    let serving = Serving::start(&home, "");
    let left = fs::read(home.store().join("serving.json")).unwrap();
    serving.ends_well();
    let mut other = importing(&home);
    let path = home.store().join("serving.json");
    fs::write(&path, left).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    let text = format!("another process ({}) has it open; wait until it has ended", other.id());
    home.fails(1, "latest").stderr(contains(text));
    other.kill().unwrap();
    other.wait().unwrap();
    home.ok("latest");
}

#[test]
fn a_file_that_others_can_read_or_write_is_not_used() {
    let home = Home::with_stocks();
    let serving = Serving::start(&home, "");
    let path = home.store().join("serving.json");
    for (mode, content, text) in [
        (0o644, None, "others can read or write it (mode 644)"),
        (0o602, None, "others can read or write it (mode 602)"),
        (0o600, Some("{}"), "it is not what this version of `candlehouse serve` writes"),
    ] {
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        home.fails(1, "latest").stderr(contains(text).and(contains(path.to_str().unwrap())));
        let row = home.unhealthy("health");
        assert_eq!(row["status"], "unreachable");
        assert!(row["cause"].as_str().unwrap().contains(text), "{row}");
    }
    serving.ends_well();
    home.ok("latest");
    assert!(!path.exists(), "it is removed when nobody has the store open");
}

#[test]
fn a_server_whose_child_dies_says_so_and_ends() {
    let home = Home::with_stocks();
    let serving = Serving::start(&home, "");
    let process = server(&home.store());
    signal(process, "-KILL");
    let output = serving.end();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{words}");
    let text = format!("error: the server of the store (process {process}) has ended");
    assert!(words.contains(&text) && words.contains("server.log"), "{words}");
    assert!(!home.store().join("serving.json").exists());
    assert_eq!(home.json("health")[0]["candles"], 12_154);
}
