//! The program, as people and containers start it.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::client::{PROGRAM, client, text, until};

/// The program, killed when the test ends before it does.
struct Program {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
}

impl Program {
    fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["--http", "127.0.0.1:0"])
            .args(arguments)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    fn end(&mut self) -> (ExitStatus, String) {
        until("the end", || self.child.try_wait().unwrap().is_some());
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap(), said)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn password_file(folder: &Path, text: &str, mode: u32) -> String {
    let file = folder.join("password");
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
    file.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn it_says_where_it_listens_and_ends_when_it_is_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = password_file(folder.path(), "se cret\n", 0o600);
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let arguments = ["--tcp", "127.0.0.1:0", "--user", "jts", "--password-file", &file];
        let mut program = Program::start(&arguments, &[]);
        let address = program.line().strip_prefix("listening on http://").unwrap().to_owned();
        assert!(program.line().starts_with("native protocol on 127.0.0.1:"));
        let db = client(&format!("http://jts:se%20cret@{address}/default"));
        assert_eq!(text(&db, "SELECT currentUser()").await.unwrap(), "jts");
        program.signal(signal);
        let (status, said) = program.end();
        assert!(status.success(), "{said}");
        assert_eq!(said, "");
    }
}

#[tokio::test]
async fn containers_name_user_and_password_by_the_usual_variables() {
    let variables = [("CLICKHOUSE_USER", "me"), ("CLICKHOUSE_PASSWORD", "p/w")];
    let mut program = Program::start(&["--access", "read"], &variables);
    let address = program.line().strip_prefix("listening on http://").unwrap().to_owned();
    let db = client(&format!("http://me:p%2Fw@{address}/default"));
    assert_eq!(text(&db, "SELECT getSetting('readonly')").await.unwrap(), "2");
}

#[test]
fn a_password_file_that_others_can_read_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let file = password_file(folder.path(), "secret\n", 0o644);
    let mut program = Program::start(&["--password-file", &file], &[]);
    program.line();
    program.signal(Signal::SIGTERM);
    let (status, said) = program.end();
    assert!(status.success());
    assert!(said.contains("warning: others can read") && said.contains("chmod 600"), "{said}");
    assert!(!said.contains("secret"), "{said}");
}

#[test]
fn what_cannot_work_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let empty = password_file(folder.path(), "\n", 0o600);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let file = folder.path().join("password").to_str().unwrap().to_owned();
    for (arguments, parts) in [
        (
            vec!["--password-file", "/nowhere/pw"],
            ["--password-file: /nowhere/pw", "cannot be read"],
        ),
        (vec!["--password-file", &empty], ["--password-file", "is empty"]),
        (vec!["--tcp", &taken], ["cannot listen on", "choose another port"]),
        (vec!["--user", "default"], ["invalid configuration of user", "choose another name"]),
        (vec!["--user", "a b"], ["invalid configuration of user", "letters, digits"]),
        (vec!["--path", &file], ["cannot reach the store", "is a file"]),
    ] {
        let mut program = Program::start(&arguments, &[]);
        let (status, said) = program.end();
        assert_eq!(status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.starts_with("chdb-server: error: "), "{said}");
        assert!(parts.iter().all(|part| said.contains(part)), "{arguments:?}: {said}");
        assert_eq!(program.line(), "");
    }
}

#[test]
fn beyond_loopback_it_wants_a_password() {
    let mut program = Program::start(&["--http", "0.0.0.0:0"], &[]);
    // The option is there twice then, which the command line refuses in its own words.
    let (status, _) = program.end();
    assert_eq!(status.code(), Some(2));
    let child = Command::new(PROGRAM).args(["--http", "0.0.0.0:0"]).output().unwrap();
    let said = String::from_utf8(child.stderr).unwrap();
    assert_eq!(child.status.code(), Some(1));
    assert!(said.contains("has none") && said.contains("give a password"), "{said}");
}

#[test]
fn without_file_descriptors_it_says_so() {
    let start = format!("ulimit -n 5; exec {PROGRAM} --http 127.0.0.1:0");
    let output = Command::new("sh").args(["-c", &start]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("Too many open files"), "{said}");
}

#[test]
fn a_server_that_dies_ends_the_program_with_the_place_of_its_log() {
    let mut program = Program::start(&[], &[]);
    program.line();
    let children = format!("/proc/{0}/task/{0}/children", program.child.id());
    let child = std::fs::read_to_string(children).unwrap().trim().parse().unwrap();
    kill(Pid::from_raw(child), Signal::SIGKILL).unwrap();
    let (status, said) = program.end();
    assert_eq!(status.code(), Some(1));
    assert!(said.contains("signal: 9") && said.contains("server.log"), "{said}");
}
