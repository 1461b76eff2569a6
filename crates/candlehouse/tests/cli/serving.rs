//! `candlehouse serve` in a process of its own, and a small HTTP client.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::Home;

/// Longer than anything here takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The process, killed when the test ends before it does.
pub(crate) struct Serving {
    child: Option<Child>,
    stdout: BufReader<ChildStdout>,
    address: String,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Serving {
    /// Starts it with the words of `options` and waits until it says where it listens.
    pub(crate) fn start(home: &Home, options: &str) -> Self {
        Self::start_with(home, &options.split_whitespace().collect::<Vec<_>>())
    }

    /// The same with options as they are.
    pub(crate) fn start_with(home: &Home, options: &[&str]) -> Self {
        let mut program = home.program();
        program.args(["serve", "--listen", "127.0.0.1:0"]).args(options);
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        stdout.read_line(&mut first).unwrap();
        let address = first.trim_end().strip_prefix("listening on http://").unwrap();
        Self { child: Some(child), stdout, address: address.to_owned() }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Sends a request whose answer is read later.
    pub(crate) fn send(&self, method: &str, path: &str) -> Pending {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        Pending(stream)
    }

    pub(crate) fn ask(&self, method: &str, path: &str) -> Answer {
        self.send(method, path).answer()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path)
    }

    /// Asks for readiness until the answer has this status.
    pub(crate) fn until_ready_is(&self, status: u16) -> Answer {
        let mut answer = self.get("/readyz");
        until(|| {
            answer = self.get("/readyz");
            answer.status == status
        });
        answer
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    pub(crate) fn signal(&self, name: &str) {
        signal(self.id(), name);
    }

    /// Asks it to end and waits; it must end well.
    pub(crate) fn ends_well(self) -> String {
        self.signal("-TERM");
        let output = self.end();
        let words = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{words}");
        words
    }

    /// Waits for its end; standard output is what came after the first line.
    pub(crate) fn end(mut self) -> Output {
        let mut child = self.child.take().unwrap();
        until(|| child.try_wait().unwrap().is_some());
        let mut output = child.wait_with_output().unwrap();
        self.stdout.read_to_end(&mut output.stdout).unwrap();
        output
    }
}

pub(crate) fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args([name, &process.to_string()]).status();
    assert!(sent.unwrap().success());
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

pub(crate) struct Pending(TcpStream);

impl Pending {
    pub(crate) fn answer(mut self) -> Answer {
        let mut text = String::new();
        self.0.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

pub(crate) fn until(mut done: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < PATIENCE, "it takes too long");
        thread::sleep(Duration::from_millis(10));
    }
}
