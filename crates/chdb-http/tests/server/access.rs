//! Who is let in.

use crate::http::{Answer, get, request};
use crate::program::Program;

fn ask(server: &Program, headers: &str, target: &str) -> Answer {
    request(&server.address, "POST", target, headers, b"SELECT 1")
}

#[test]
fn the_user_and_the_bearer_of_the_token_are_let_in() {
    let server =
        Program::start_with(&["--user", "joe", "--password", "s3cret", "--token", "t0ken"]);
    for (headers, target) in [
        ("X-ClickHouse-User: joe\r\nX-ClickHouse-Key: s3cret\r\n", "/"),
        ("Authorization: Basic am9lOnMzY3JldA==\r\n", "/"),
        ("Authorization: Bearer t0ken\r\n", "/"),
        ("", "/?user=joe&password=s3cret"),
    ] {
        let answer = ask(&server, headers, target);
        assert_eq!(answer.text(), "1\n", "{headers}{target}");
    }
}

#[test]
fn nobody_else_is_let_in() {
    let server = Program::start_with(&["--password", "s3cret", "--token", "t0ken"]);
    for (headers, target) in [
        ("", "/"),
        ("X-ClickHouse-Key: S3cret\r\n", "/"),
        ("X-ClickHouse-User: joe\r\nX-ClickHouse-Key: s3cret\r\n", "/"),
        ("Authorization: Bearer \r\n", "/"),
        ("Authorization: Bearer t0ke\r\n", "/"),
        ("Authorization: Basic !\r\n", "/"),
        ("", "/?password=s3cret2"),
    ] {
        let answer = ask(&server, headers, target);
        assert_eq!(answer.status, 403, "{headers}{target}");
        assert_eq!(answer.header("x-clickhouse-exception-code"), Some("516"));
        let text = answer.text();
        assert!(text.starts_with("Code: 516. DB::Exception: "), "{text}");
        assert!(!text.contains("s3cret") && !text.contains("t0ke"), "{text}");
    }
    assert_eq!(get(&server.address, "/nowhere").status, 404);
}

#[test]
fn without_a_token_no_bearer_is_let_in() {
    let server = Program::start();
    assert_eq!(ask(&server, "Authorization: Bearer x\r\n", "/").status, 403);
    assert_eq!(ask(&server, "", "/").status, 200);
}
