//! Servers as child processes.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::http;

pub(crate) struct Program {
    child: Child,
    /// As `127.0.0.1:port`.
    pub(crate) address: String,
}

impl Program {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(arguments: &[&str]) -> Self {
        Self::start_in(&std::env::temp_dir(), arguments)
    }

    /// With a folder of its own for temporary files.
    pub(crate) fn start_in(temporary: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_chdb-http"))
            .env("TMPDIR", temporary)
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://").map(str::to_owned);
        Self { address: address.unwrap_or_else(|| panic!("no address: {line:?}")), child }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The answer to a statement that works.
    pub(crate) fn ask(&self, sql: &str) -> String {
        let answer = http::post(&self.address, "/", sql.as_bytes());
        assert_eq!(answer.status, 200, "{sql}: {}", answer.text());
        answer.text().trim_end().to_owned()
    }

    /// Waits until a statement with this mark runs, or no longer does.
    pub(crate) fn wait_until_running(&self, mark: &str, running: bool) {
        let sql = format!(
            "SELECT count() FROM system.processes WHERE position(query, '{mark}') > 0 \
             AND position(query, 'system.processes') = 0"
        );
        for _ in 0..1000 {
            if (self.ask(&sql) != "0") == running {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("after 10 s {mark} is still in the wrong state");
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends the signal that `kill` calls by this name, and waits for the end.
    pub(crate) fn end_by(mut self, signal: &str) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        self.child.wait().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let server = Program::start_with(&["--path", path]);
    server.ask("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n");
    for n in 0..5 {
        server.ask(&format!("INSERT INTO t VALUES ({n})"));
    }
    server.kill();
    let server = Program::start_with(&["--path", path]);
    assert_eq!(server.ask("SELECT count(), sum(n) FROM t"), "5\t10");
}

#[test]
fn a_signal_ends_the_program_well_while_a_query_runs() {
    for signal in ["TERM", "INT"] {
        let server = Program::start();
        let endless = "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1";
        let address = server.address.clone();
        let query = std::thread::spawn(move || http::post(&address, "/", endless.as_bytes()));
        server.wait_until_running("sipHash64", true);
        assert!(server.end_by(signal).success(), "{signal}");
        assert_eq!(query.join().unwrap().header("x-clickhouse-exception-code"), Some("394"));
    }
}

#[test]
fn a_client_that_does_not_read_does_not_keep_the_program() {
    let server = Program::start();
    let sql = "SELECT 'unread' FROM numbers(1000000000000)";
    let mut stream = http::open(&server.address, "POST", "/", "", sql.len());
    stream.write_all(sql.as_bytes()).unwrap();
    server.wait_until_running("unread", true);
    let begin = Instant::now();
    server.end_by("TERM");
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
    drop(stream);
}

#[test]
fn a_folder_that_is_open_elsewhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let _server = Program::start_with(&["--path", path]);
    let second = Command::new(env!("CARGO_BIN_EXE_chdb-http"))
        .args(["--listen", "127.0.0.1:0", "--path", path])
        .output()
        .unwrap();
    assert!(!second.status.success());
    let complaint = String::from_utf8_lossy(&second.stderr);
    assert!(complaint.contains("the engine did not start on"), "{complaint}");
}
