//! Clients that go away, and inserts that break off.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rustix::net::sockopt::set_socket_linger;

use crate::http;
use crate::program::Program;

const END_WITH_CLIENT: &str = "/?cancel_http_readonly_queries_on_client_close=1&readonly=2";

fn start(server: &Program, target: &str, sql: &str) -> TcpStream {
    let mut stream = http::open(&server.address, "POST", target, "", sql.len());
    stream.write_all(sql.as_bytes()).unwrap();
    stream
}

/// Breaks a connection off.
fn reset(stream: TcpStream) {
    set_socket_linger(&stream, Some(Duration::ZERO)).unwrap();
    drop(stream);
}

/// Waits until no statement with this mark runs. Unlike [`Program::wait_until_running`] it can be
/// refused for want of a place.
fn wait_for_rest(server: &Program, mark: &str) {
    let sql = format!(
        "SELECT groupArray(query) FROM system.processes WHERE query LIKE '%{mark}%' \
                       AND query NOT LIKE '%system.processes%'"
    );
    let mut last = String::new();
    for _ in 0..1000 {
        last = http::post(&server.address, "/", sql.as_bytes()).text();
        if last == "[]\n" {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("after 10 s there is still {last}");
}

#[test]
fn no_query_outlives_a_client_that_goes_away_before_its_answer() {
    const PLACES: usize = 4;
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--max-concurrent-queries", &PLACES.to_string()];
    let server = Program::start_in(folder.path(), &arguments);
    let sql = "SELECT number AS unheard FROM numbers(10)";
    for target in [END_WITH_CLIENT, "/"] {
        for n in 0..100 {
            let stream = start(&server, target, sql);
            std::thread::sleep(Duration::from_micros(200) * (n % 20));
            match n % 2 {
                0 => reset(stream),
                _ => drop(stream),
            }
            if n % 4 == 3 {
                wait_for_rest(&server, "unheard");
            }
        }
    }
    // Each place is free again.
    std::thread::scope(|scope| {
        let sleep = || http::post(&server.address, "/", b"SELECT sleep(1)").status;
        let sleeping: Vec<_> = (0..PLACES).map(|_| scope.spawn(sleep)).collect();
        assert!(sleeping.into_iter().all(|answer| answer.join().unwrap() == 200));
    });
    assert!(server.end_by("TERM").success());
    let left: Vec<_> = folder.path().read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_query_without_rows_ends_with_its_client_if_it_was_to() {
    let server = Program::start();
    let sql = "SELECT count() AS gone FROM numbers(1000000000000) WHERE sipHash64(number) = 1";
    let stream = start(&server, END_WITH_CLIENT, sql);
    server.wait_until_running("gone", true);
    drop(stream);
    server.wait_until_running("gone", false);
}

#[test]
fn a_query_with_rows_ends_with_its_client() {
    let server = Program::start();
    for target in [END_WITH_CLIENT, "/"] {
        let sql = "SELECT 'gone' FROM numbers(1000000000000)";
        let mut stream = start(&server, target, sql);
        let mut begin = [0; 4096];
        stream.read_exact(&mut begin).unwrap();
        server.wait_until_running("gone", true);
        drop(stream);
        server.wait_until_running("gone", false);
    }
}

#[test]
fn a_statement_runs_to_its_end_without_its_client() {
    let server = Program::start();
    let sql = "CREATE TABLE t ENGINE = Memory AS SELECT sleepEachRow(0.5) AS n FROM numbers(3)";
    let stream = start(&server, "/", sql);
    server.wait_until_running("sleepEachRow", true);
    drop(stream);
    server.wait_until_running("sleepEachRow", false);
    assert_eq!(server.ask("SELECT count() FROM t"), "3");
}

#[test]
fn an_insert_whose_body_breaks_off_stores_nothing() {
    let server = Program::start();
    server.ask("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n");
    let rows = "1\n".repeat(1_000_000);
    let target = "/?query=INSERT+INTO+t+FORMAT+TSV";
    let mut stream = http::open(&server.address, "POST", target, "", rows.len() + 1);
    stream.write_all(rows.as_bytes()).unwrap();
    drop(stream);
    assert_eq!(http::post(&server.address, target, b"2\n").status, 200);
    assert_eq!(server.ask("SELECT groupArray(n) FROM t"), "[2]");
}
