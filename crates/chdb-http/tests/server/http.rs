//! HTTP by hand, so that a test says exactly what is sent, and `curl`.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::program::Program;

pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The header with this name in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

pub(crate) fn post(address: &str, target: &str, body: &[u8]) -> Answer {
    request(address, "POST", target, "", body)
}

pub(crate) fn get(address: &str, target: &str) -> Answer {
    request(address, "GET", target, "", b"")
}

/// `headers` are lines that each end in `\r\n`.
pub(crate) fn request(
    address: &str,
    method: &str,
    target: &str,
    headers: &str,
    body: &[u8],
) -> Answer {
    let mut stream = open(address, method, target, headers, body.len());
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    parse(&answer)
}

/// A connection on which the head of a request was sent, and none of its body.
pub(crate) fn open(
    address: &str,
    method: &str,
    target: &str,
    headers: &str,
    length: usize,
) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Length: {length}\r\n{headers}\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn parse(answer: &[u8]) -> Answer {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<_> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let chunked = headers.iter().any(|(name, _)| name == "transfer-encoding");
    let body = &answer[end + 4..];
    Answer { status, headers, body: if chunked { unchunk(body) } else { body.to_vec() } }
}

fn unchunk(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|window| window == b"\r\n").unwrap();
        let length = std::str::from_utf8(&body[..end]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            return whole;
        }
        whole.extend_from_slice(&body[end + 2..end + 2 + length]);
        body = &body[end + 2 + length + 2..];
    }
}

#[test]
fn a_ping_is_answered() {
    let server = Program::start_with(&["--password", "secret"]);
    for target in ["/ping", "/"] {
        let answer = get(&server.address, target);
        assert_eq!((answer.status, answer.text()), (200, "Ok.\n".into()));
    }
}

#[test]
fn statements_arrive_by_url_by_body_and_by_both() {
    let server = Program::start();
    let address = &server.address;
    assert_eq!(get(address, "/?query=SELECT%207").text(), "7\n");
    assert_eq!(post(address, "/", b"SELECT 7").text(), "7\n");
    server.ask("CREATE TABLE t (s String) ENGINE = MergeTree ORDER BY s");
    // What looks like the end of a statement or of its data is data.
    for data in [&b"\x0c\n\n;\nSELECT 1"[..], b"\x0a\n\n\n\n\n\n\n\n\n\n", b"\x01'"] {
        let insert = "/?query=INSERT+INTO+t+FORMAT+RowBinary";
        let answer = post(address, insert, data);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.header("x-clickhouse-summary").unwrap().contains("\"written_rows\":\"1\""));
    }
    let lines = b"{\"s\":\"a\"}\n\n\n{\"s\":\"b\"}\n";
    assert_eq!(post(address, "/?query=INSERT+INTO+t+FORMAT+JSONEachRow", lines).status, 200);
    assert_eq!(post(address, "/?query=INSERT+INTO+t+FORMAT+RowBinary", b"").status, 200);
    assert_eq!(server.ask("SELECT count(), sum(length(s)) FROM t"), "5\t25");
}

#[test]
fn compressed_answers_are_compressed_requests() {
    let server = Program::start();
    let address = &server.address;
    let long = "SELECT 'SELECT length(\\'' || repeat('x', 100000) || '\\')' FORMAT RawBLOB";
    let compressed = post(address, "/?compress=1", long.as_bytes());
    assert!(compressed.body.len() < 10_000, "{}", compressed.body.len());
    let answer = post(address, "/?decompress=1", &compressed.body);
    assert_eq!(answer.text(), "100000\n");
    let damaged = &compressed.body[..compressed.body.len() - 1];
    let answer = post(address, "/?decompress=1", damaged);
    assert_eq!(answer.header("x-clickhouse-exception-code"), Some("3"), "{}", answer.text());
}

#[test]
fn get_changes_nothing() {
    let server = Program::start();
    let answer = get(&server.address, "/?query=CREATE+DATABASE+d");
    assert_eq!(answer.header("x-clickhouse-exception-code"), Some("164"), "{}", answer.text());
}

#[test]
fn an_answer_says_what_it_is() {
    let server = Program::start();
    let answer = post(&server.address, "/?query_id=mine&default_format=JSONEachRow", b"SELECT 1");
    assert_eq!(answer.header("x-clickhouse-query-id"), Some("mine"));
    assert_eq!(answer.header("x-clickhouse-format"), Some("JSONEachRow"));
    assert!(answer.header("content-type").unwrap().starts_with("application/"));
    assert!(answer.header("x-clickhouse-timezone").is_some());
    assert!(answer.header("x-clickhouse-server-display-name").is_some());
    let summary = answer.header("x-clickhouse-summary").unwrap();
    assert!(summary.contains("\"read_rows\":\"1\""), "{summary}");
}

#[test]
fn a_long_answer_is_one_document() {
    let server = Program::start();
    let csv = server.ask("SELECT number AS n FROM numbers(300000) FORMAT CSVWithNames");
    let numbers: Vec<_> = csv.lines().skip(1).map(|line| line.parse::<u32>().unwrap()).collect();
    assert_eq!(csv.lines().next(), Some("\"n\""));
    assert!(numbers.into_iter().eq(0..300_000));
}

#[test]
fn requests_run_at_the_same_time_up_to_the_limit() {
    let server = Program::start_with(&["--max-concurrent-queries", "3"]);
    let address = &server.address;
    std::thread::scope(|scope| {
        let endless = |id: &'static str| {
            let sql = format!(
                "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number, '{id}') = 1"
            );
            let target = format!("/?query_id={id}");
            let running = scope.spawn(move || post(address, &target, sql.as_bytes()));
            server.wait_until_running(id, true);
            running
        };
        let first = endless("first");
        let same = post(address, "/?query_id=first", b"SELECT 1");
        assert_eq!(same.header("x-clickhouse-exception-code"), Some("216"));
        let second = endless("second");
        // Both may find the last place taken by the other.
        let third = scope.spawn(|| {
            let mut answers = (0..1000).map(|_| post(address, "/", b"SELECT sleep(3)"));
            answers.find(|answer| answer.status != 503).unwrap()
        });
        let mut answers = (0..1000).map(|_| post(address, "/", b"SELECT 1"));
        let full = answers.find(|answer| answer.status == 503).unwrap();
        assert_eq!(full.header("x-clickhouse-exception-code"), Some("202"));
        assert_eq!(third.join().unwrap().status, 200);
        for id in ["first", "second"] {
            let killed = server.ask(&format!("KILL QUERY WHERE query_id = '{id}' SYNC"));
            assert!(killed.starts_with("finished"), "{killed}");
        }
        for query in [first, second] {
            let answer = query.join().unwrap();
            assert_eq!(answer.header("x-clickhouse-exception-code"), Some("394"));
        }
    });
}

#[test]
fn curl_speaks_with_it() {
    let server = Program::start_with(&["--password", "se:cret"]);
    let curl = |arguments: &[&str]| {
        let mut command = std::process::Command::new("curl");
        let output = command.args(["-s", "-S", "-m", "60"]).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let url = server.url();
    let user = ["-u", "default:se:cret", &url];
    assert_eq!(curl(&[&user[..], &["-d", "SELECT 1 FORMAT CSV"]].concat()), "1\n");
    let form = ["-F", "query=SELECT {a:String}", "-F", "param_a=it's"];
    assert_eq!(curl(&[&user[..], &form].concat()), "it\\'s\n");
    assert!(curl(&["-d", "SELECT 1", &url]).starts_with("Code: 516. "));
}
