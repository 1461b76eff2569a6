//! A store that another process has open, and a process that is asked to end.
#![cfg(unix)]

use std::io::{Read, Write};
use std::process::{Child, Stdio};

use predicates::str::contains;

use crate::database::{Database, Reply};
use crate::program::Home;
use crate::serving::{signal, until};

/// A process that has the default store open, has imported two candles of A, and waits for a
/// second file.
pub(crate) fn importing(home: &Home) -> Child {
    home.write("first.csv", "date,open,high,low,close\n2023-12-28,1,1,1,1\n2023-12-29,1,1,1,1\n");
    let mut program = home.program();
    program.args(["import", "first.csv", "/dev/stdin", "--symbol", "A"]);
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = program.spawn().unwrap();
    let status = home.store().join("status");
    let opened = format!("PID: {}\n", child.id());
    until(|| std::fs::read_to_string(&status).is_ok_and(|text| text.contains(&opened)));
    child
}

#[test]
fn a_store_that_another_process_has_open_names_the_process() {
    let home = Home::new();
    home.ok("init");
    let mut other = importing(&home);
    let holder = format!("another process ({}) has it open", other.id());
    home.write("a.csv", "date,open,high,low,close\n2024-01-01,1,1,1,1\n2024-01-02,1,1,1,1\n");
    for line in ["latest", "import a.csv --symbol B"] {
        home.fails(1, line).stderr(contains(&holder));
    }
    let health = home.unhealthy("health");
    assert_eq!(health["status"], "unreachable");
    assert!(health["cause"].as_str().unwrap().contains(&holder), "{health}");
    let rows = home.read("a.csv");
    other.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
    assert_eq!(other.wait_with_output().unwrap().status.code(), Some(0));
    assert_eq!(home.csv("candles A").len(), 4);
}

/// The signals that ask a program to end, with the exit code and the word for each.
const SIGNALS: [(&str, i32, &str); 2] =
    [("-INT", 130, "interrupted"), ("-TERM", 143, "terminated")];

/// Sends the signal and waits until the program has ended as it must.
fn ends(mut child: Child, (name, code, word): (&str, i32, &str)) {
    signal(child.id(), name);
    until(|| child.try_wait().unwrap().is_some());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(stderr.ends_with(&format!("error: {word}\n")), "{stderr}");
}

#[test]
fn an_interrupt_or_a_termination_ends_an_import_at_once_and_leaves_the_store_usable() {
    for asked in SIGNALS {
        let home = Home::new();
        home.ok("init");
        let mut child = importing(&home);
        let _input = child.stdin.take().unwrap();
        ends(child, asked);
        assert!(home.json("health")[0]["candles"].as_u64().unwrap() <= 2);
    }
}

/// A command that waits for the answer of `database`.
fn waiting(home: &Home, database: &Database, line: &str) -> Child {
    let before = database.requests();
    let mut program = home.program();
    program.args(["--db", &database.url()]).args(line.split(' '));
    program.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = program.spawn().unwrap();
    until(|| database.requests() > before);
    child
}

#[test]
fn an_interrupt_or_a_termination_ends_a_question_that_the_database_does_not_answer() {
    let home = Home::new();
    let database = Database::that_replies(Reply::Silence);
    for (asked, line) in SIGNALS.into_iter().zip(["latest", "candles A"]) {
        ends(waiting(&home, &database, line), asked);
    }
}

#[test]
fn a_second_request_to_end_ends_a_busy_program_at_once_and_leaves_the_store_usable() {
    let home = Home::new();
    let mut rows = String::from("symbol,date,open,high,low,close\n");
    for symbol in 0..3_000 {
        rows.push_str(&format!("S{symbol},2024-01-01,1,1,1,1\n"));
    }
    home.write("many.csv", rows);
    home.ok("import many.csv --interval 1d");
    let mut program = home.program();
    program.args(["symbols", "--format", "csv"]);
    program.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let mut first = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    // It writes more than fits into a pipe. Two signals of one kind could be heard as one.
    signal(child.id(), "-INT");
    signal(child.id(), "-TERM");
    until(|| child.try_wait().unwrap().is_some());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    let code = child.wait().unwrap().code();
    assert!(matches!(code, Some(130 | 143)), "{code:?}: {stderr}");
    assert!(stderr.contains("a second time"), "{stderr}");
    assert_eq!(home.json("health")[0]["candles"], 3_000);
}

#[test]
fn an_interrupted_export_leaves_no_file() {
    let home = Home::new();
    let database = Database::that_replies(Reply::Silence);
    for (asked, line) in
        SIGNALS.into_iter().zip(["export --output a.csv", "export --by year --output a"])
    {
        ends(waiting(&home, &database, line), asked);
        assert_eq!(std::fs::read_dir(home.path("")).unwrap().count(), 0);
    }
}
