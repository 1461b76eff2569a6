//! How a server ends.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chdb_server::{ServerConfig, Stopped};
use db_port::{DbError, QueryExecutor, Statement};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::time::{sleep, timeout};

use crate::client::{LIMIT, PROGRAM, client, execute, is_running, start, text, until};

fn pid(id: u32) -> Pid {
    Pid::from_raw(i32::try_from(id).unwrap())
}

#[tokio::test]
async fn stopping_is_clean_and_leaves_the_store_in_order() {
    let folder = tempfile::tempdir().unwrap();
    for n in 1..=3 {
        let server = start(ServerConfig::at(folder.path()));
        let db = client(&server.url());
        execute(&db, "CREATE TABLE IF NOT EXISTS t (n Int8) ENGINE = MergeTree ORDER BY n").await;
        execute(&db, &format!("INSERT INTO t VALUES ({n})")).await;
        assert_eq!(text(&db, "SELECT count() FROM t").await.unwrap(), n.to_string());
        let (child, begin) = (server.pid(), Instant::now());
        // The client's connections are still open.
        assert_eq!(server.stop(), Stopped::Cleanly);
        assert!(begin.elapsed() < Duration::from_secs(4), "{:?}", begin.elapsed());
        assert!(!is_running(child) && !db_chdb::store::is_open(folder.path()));
        db.close().await.unwrap();
    }
    let log = std::fs::read_to_string(folder.path().join("server.log")).unwrap();
    assert!(!log.contains("<Fatal>"), "{log}");
}

/// As a crash ends it, and not before.
fn kill_at_once(parent: &mut Child) {
    kill(pid(parent.id()), Signal::SIGKILL).unwrap();
    assert_eq!(parent.wait().unwrap().signal(), Some(Signal::SIGKILL as i32));
}

/// A query that is running and does not end.
async fn endless(url: &str) -> tokio::task::JoinHandle<db_port::Result<()>> {
    const ENDLESS: &str = "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1";
    let db = client(url);
    let waiting = tokio::spawn(async move { db.execute(Statement::new(ENDLESS)).await });
    let running = "SELECT count() > 0 FROM system.processes WHERE query LIKE '%sipHash%' \
                   AND query NOT LIKE '%system.processes%'";
    let begin = Instant::now();
    while text(&client(url), running).await.unwrap() == "0" {
        if waiting.is_finished() {
            panic!("it has ended: {:?}", waiting.await);
        }
        assert!(begin.elapsed() < LIMIT, "it does not begin");
        sleep(Duration::from_millis(10)).await;
    }
    waiting
}

#[tokio::test]
async fn a_query_that_does_not_end_is_ended_with_the_server() {
    let grace = Duration::from_millis(300);
    let server = start(ServerConfig::temporary().with_stop_grace(grace));
    let waiting = endless(&server.url()).await;
    let (child, begin) = (server.pid(), Instant::now());
    tokio::task::spawn_blocking(move || server.stop()).await.unwrap();
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    assert!(!is_running(child));
    assert!(timeout(LIMIT, waiting).await.unwrap().unwrap().is_err());
}

#[tokio::test]
async fn signals_to_the_childs_group_end_it_cleanly() {
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        let mut server = start(ServerConfig::temporary());
        let db = client(&server.url());
        assert_eq!(text(&db, "SELECT 1").await.unwrap(), "1");
        killpg(pid(server.pid()), signal).unwrap();
        let mut ended = None;
        until("the end", || {
            ended = server.try_wait().unwrap();
            ended.is_some()
        });
        assert!(ended.unwrap().success(), "{signal}: {ended:?}");
        let gone = text(&db, "SELECT 1").await.unwrap_err();
        assert!(matches!(gone, DbError::Unavailable { .. }), "{gone:?}");
    }
}

#[test]
fn a_parent_that_is_killed_leaves_no_process_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut parent = Command::new(PROGRAM)
        .args(["--http", "127.0.0.1:0", "--path"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(parent.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}");
    let children = format!("/proc/{0}/task/{0}/children", parent.id());
    let child: u32 = std::fs::read_to_string(children).unwrap().trim().parse().unwrap();
    assert!(is_running(child) && db_chdb::store::is_open(folder.path()));
    kill_at_once(&mut parent);
    until("the child's end", || !is_running(child));
    assert!(!db_chdb::store::is_open(folder.path()));
}

#[tokio::test]
async fn a_server_whose_parent_was_killed_ends_also_while_a_query_runs() {
    let mut parent = Command::new(PROGRAM)
        .args(["--http", "127.0.0.1:0", "--user", "u", "--stop-grace", "0.3"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(parent.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("listening on http://").unwrap();
    let waiting = endless(&format!("http://u@{address}/default")).await;
    let children = format!("/proc/{0}/task/{0}/children", parent.id());
    let child: u32 = std::fs::read_to_string(children).unwrap().trim().parse().unwrap();
    kill_at_once(&mut parent);
    until("the child's end", || !is_running(child));
    assert!(timeout(LIMIT, waiting).await.unwrap().unwrap().is_err());
}

/// As the library starts it, but at a gate that nobody opens.
#[test]
fn a_child_whose_parent_dies_while_it_starts_ends_itself() {
    let folder = tempfile::tempdir().unwrap();
    let gate = folder.path().join("gate");
    nix::unistd::mkfifo(&gate, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let wait = format!("SELECT * FROM file('{}', LineAsString, 'l String')", gate.display());
    let mut child = Command::new(PROGRAM)
        .arg("run-chdb-server")
        .arg(db_chdb::find_library(None).unwrap())
        .args(["300", "--interactive", "--query", &wait, "--path"])
        .arg(folder.path().join("store"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until("the start", || db_chdb::store::is_open(&folder.path().join("store")));
    drop(child.stdin.take());
    let mut ended = None;
    until("the end", || {
        ended = child.try_wait().unwrap();
        ended.is_some()
    });
    assert!(!db_chdb::store::is_open(&folder.path().join("store")), "{ended:?}");
}

#[test]
fn dropping_a_server_ends_it() {
    let server = start(ServerConfig::temporary());
    let (child, store) = (server.pid(), server.store().to_owned());
    drop(server);
    assert!(!is_running(child) && !store.exists());
}
