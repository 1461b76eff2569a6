//! What cannot work ends in an error that says what to do, with nothing left running.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use chdb_server::{Error, Server, ServerConfig};
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::QueryExecutor;

use crate::client::{PROGRAM, is_running, start};

fn failure(config: ServerConfig) -> Error {
    match Server::start(config.with_program(PROGRAM)) {
        Ok(server) => panic!("it started: {server:?}"),
        Err(error) => error,
    }
}

/// What the folder holds, or nothing if it is not there.
fn content(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for config in [
        ServerConfig::at(folder.path()).with_http(address),
        ServerConfig::at(folder.path()).with_tcp(address),
    ] {
        let error = failure(config).to_string();
        assert!(
            error.contains(&format!("cannot listen on {address}: choose another port")),
            "{error}"
        );
    }
    assert_eq!(content(folder.path()), [""; 0]);
}

#[tokio::test]
async fn a_folder_that_a_process_has_open_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(ServerConfig::at(folder.path()));
    let error = failure(ServerConfig::at(folder.path())).to_string();
    assert!(error.contains(&format!("another process ({}) has it open", server.pid())), "{error}");
    let embedded = ChdbExecutor::new(ChdbConfig::on_disk(folder.path()));
    let error = embedded.connect().await.unwrap_err().to_string();
    assert!(error.contains(&format!("another process ({}) has it open", server.pid())), "{error}");
    server.stop();
    embedded.connect().await.unwrap();
    embedded.close().await.unwrap();
}

#[test]
fn a_folder_of_a_newer_engine_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    start(ServerConfig::at(folder.path())).stop();
    let noted = folder.path().join("engine_version");
    assert!(fs::read_to_string(&noted).unwrap().starts_with("26."));
    fs::write(&noted, "99.1.2.3\n").unwrap();
    let error = failure(ServerConfig::at(folder.path())).to_string();
    assert!(error.contains("ClickHouse 99.1.2.3 has used it"), "{error}");
    assert!(error.contains("use an engine that is not older, or another folder"), "{error}");
    assert!(!db_chdb::store::is_open(folder.path()));
    assert_eq!(fs::read_to_string(&noted).unwrap(), "99.1.2.3\n");
}

#[test]
fn a_library_that_is_none_is_refused_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("libchdb.so");
    let store = folder.path().join("store");
    let error = failure(ServerConfig::at(&store).with_library(&library)).to_string();
    assert!(error.contains("does not exist") && error.contains("make engine"), "{error}");
    fs::write(&library, "no library").unwrap();
    let error = failure(ServerConfig::at(&store).with_library(&library)).to_string();
    assert!(error.contains("is damaged or not a library"), "{error}");
    assert!(!store.exists());
}

#[test]
fn another_library_ends_with_its_output() {
    let store = tempfile::tempdir().unwrap();
    let error = failure(ServerConfig::at(store.path()).with_library(PROGRAM));
    assert!(matches!(error, Error::Ended { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("its last output:") && text.contains("chdb-server"), "{text}");
}

#[test]
fn a_program_that_is_none_says_where_it_was_looked_for() {
    let error =
        Server::start(ServerConfig::temporary().with_program("/nowhere/server")).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("run_if_child") && text.contains("/nowhere/server"), "{text}");
    let error = Server::start(ServerConfig::temporary().with_program("/bin/true")).unwrap_err();
    assert!(matches!(error, Error::Ended { status, .. } if status.success()), "{error:?}");
}

#[test]
fn a_damaged_store_is_an_error_with_the_engines_words() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("data"), "not a folder").unwrap();
    let error = failure(ServerConfig::at(folder.path())).to_string();
    assert!(error.contains("its last output:") && error.contains("data/"), "{error}");
    assert!(error.lines().count() < 10, "frames of stacks help nobody: {error}");
    assert!(!db_chdb::store::is_open(folder.path()));
}

#[test]
fn a_server_that_is_late_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let hurried = ServerConfig::at(folder.path()).with_start_timeout(Duration::ZERO);
    let error = failure(hurried);
    assert!(matches!(error, Error::Late { .. }), "{error:?}");
    assert!(!db_chdb::store::is_open(folder.path()));
    let server = start(ServerConfig::at(folder.path()));
    assert!(is_running(server.pid()));
}
