//! Parameters.

use crate::http::{post, request};
use crate::program::Program;

fn form(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    body
}

/// A value as the server reads it: in the escaped text format.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n")
}

#[test]
fn parameters_of_a_form_arrive_unchanged() {
    let server = Program::start();
    let megabyte = "it's \\ a long \"text\" ".repeat(50_000);
    for hostile in ["", "'", "\\", "\\'; --", "a\0b", "line\r\nbreak\t", "{x:String}", &megabyte] {
        let value = escaped(hostile);
        let body =
            form(&[("query", b"SELECT {x:String} FORMAT RawBLOB"), ("param_x", value.as_bytes())]);
        let headers = "Content-Type: multipart/form-data; boundary=edge\r\n";
        let answer = request(&server.address, "POST", "/", headers, &body);
        assert_eq!(answer.text(), hostile, "{:.100}", hostile);
    }
}

#[test]
fn parameters_and_settings_are_of_one_request() {
    let server = Program::start();
    let ask = |target, sql: &str| post(&server.address, target, sql.as_bytes()).text();
    assert_eq!(ask("/?param_a=1&max_result_rows=7", "SELECT {a:UInt8}"), "1\n");
    assert!(ask("/", "SELECT {a:UInt8}").starts_with("Code: 456. "));
    assert_eq!(ask("/?max_result_rows=7", "SELECT getSetting('max_result_rows')"), "7\n");
    assert_eq!(ask("/", "SELECT getSetting('max_result_rows')"), "0\n");
}

#[test]
fn a_form_with_a_file_is_refused() {
    let server = Program::start();
    let body = b"--edge\r\nContent-Disposition: form-data; name=\"t\"; filename=\"t\"\r\n\r\n1\r\n--edge--\r\n";
    let headers = "Content-Type: multipart/form-data; boundary=edge\r\n";
    let answer = request(&server.address, "POST", "/?query=SELECT+1", headers, body);
    assert_eq!(answer.status, 501, "{}", answer.text());
}
