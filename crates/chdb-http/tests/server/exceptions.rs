//! Exceptions before rows and among them.

use crate::http::post;
use crate::program::Program;

#[test]
fn an_exception_has_the_status_the_header_and_the_text_of_a_server() {
    let server = Program::start();
    for (target, sql, status, code, part) in [
        ("/", "SELECT * FROM no_such_table", 404, "60", "no_such_table"),
        ("/", "SELEKT 1", 400, "62", "(SYNTAX_ERROR) (version 26."),
        ("/", "SELECT 1; SELECT 2", 400, "62", "Multi-statements are not allowed"),
        ("/", "SELECT no_such_column", 404, "47", "no_such_column"),
        ("/", "SELECT throwIf(1, 'Code: 60. forged')", 500, "395", "forged"),
        ("/?database=no_such_database", "SELECT 1", 404, "81", "no_such_database"),
        ("/?no_such_setting=1", "SELECT 1", 404, "115", "no_such_setting"),
        ("/?no%20setting=1", "SELECT 1", 404, "115", "no setting"),
        ("/?readonly=2", "CREATE DATABASE d", 500, "164", "readonly"),
        ("/?max_execution_time=0.1", "SELECT sleep(2)", 408, "159", "TIMEOUT_EXCEEDED"),
        ("/", "SELECT 1 INTO OUTFILE 'x'", 500, "358", "not allowed"),
        ("/?session_id=x", "SELECT 1", 501, "48", "session_id"),
        ("/", "INSERT INTO no_such_table FORMAT CSV 1", 404, "60", "no_such_table"),
        ("/", "", 400, "62", ""),
    ] {
        let answer = post(&server.address, target, sql.as_bytes());
        let text = answer.text();
        assert_eq!(answer.header("x-clickhouse-exception-code"), Some(code), "{sql}: {text}");
        assert_eq!(answer.status, status, "{text}");
        assert!(text.starts_with(&format!("Code: {code}. DB::Exception: ")), "{text}");
        assert!(text.contains(part) && text.ends_with(")\n"), "{text}");
    }
}

#[test]
fn an_exception_among_rows_comes_in_a_frame() {
    let server = Program::start();
    let sql = "SELECT throwIf(number = 900000, 'too far') FROM numbers(1000000) FORMAT CSV";
    let answer = post(&server.address, "/?max_threads=1", sql.as_bytes());
    assert_eq!(answer.status, 200);
    let tag = answer.header("x-clickhouse-exception-tag").unwrap();
    assert_eq!(tag.len(), 16);
    let text = answer.text();
    let (rows, frame) = text.split_once("\r\n__exception__\r\n").unwrap();
    assert!(rows.lines().count() > 1000 && rows.lines().all(|line| line == "0"));
    let message = frame.strip_prefix(&format!("{tag}\r\n")).unwrap();
    let message = message.strip_suffix(&format!(" {tag}\r\n__exception__\r\n")).unwrap();
    let (message, length) = message.rsplit_once('\n').unwrap();
    assert!(message.starts_with("Code: 395. DB::Exception: too far"), "{message}");
    assert_eq!(length.parse::<usize>().unwrap(), message.len() + 1);
}

#[test]
fn whoever_waits_for_the_end_gets_rows_or_an_exception() {
    let server = Program::start();
    let sql = "SELECT throwIf(number = 900000) FROM numbers(1000000) FORMAT CSV";
    let answer = post(&server.address, "/?wait_end_of_query=1", sql.as_bytes());
    assert_eq!(answer.header("x-clickhouse-exception-code"), Some("395"));
    assert_eq!(answer.status, 500);
    let good = "SELECT number FROM numbers(1000000) FORMAT CSV";
    let answer = post(&server.address, "/?wait_end_of_query=1", good.as_bytes());
    let summary = answer.header("x-clickhouse-summary").unwrap();
    assert!(summary.contains("\"result_rows\":\"1000000\""), "{summary}");
}

#[test]
fn a_part_of_several_statements_is_not_run() {
    let server = Program::start();
    let answer = post(&server.address, "/", b"CREATE DATABASE half; SELECT 1");
    assert_eq!(answer.header("x-clickhouse-exception-code"), Some("62"));
    assert_eq!(server.ask("SELECT count() FROM system.databases WHERE name = 'half'"), "0");
}
