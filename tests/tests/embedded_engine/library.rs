//! A library that is not there or no good. A process keeps the library that it has loaded, so each
//! case runs in a process of its own.

use std::fs::{self, File};
use std::io::{Read, copy};
use std::path::Path;

use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::QueryExecutor;

use crate::{child, numbers};

/// Opens the engine with the library that the argument names, and prints what comes of it.
async fn open(library: &str) {
    let mut config = ChdbConfig::in_memory();
    if !library.is_empty() {
        config = config.with_library(library);
    }
    let db = ChdbExecutor::new(config);
    match db.connect().await {
        Ok(()) => {
            numbers::works(&db).await.unwrap();
            println!("it works");
        }
        Err(error) => println!("{error}"),
    }
    db.close().await.unwrap();
    child::done();
}

fn outcome<T: Fn()>(test: &T, library: &str, variables: &[(&str, &str)]) -> String {
    let mut command = child::command(test, library);
    let output = command.envs(variables.iter().copied()).output().unwrap();
    child::assert_done(&output);
    String::from_utf8(output.stdout).unwrap()
}

fn assert_names(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
}

#[tokio::test]
async fn a_library_that_is_cut_off_is_an_error_and_not_a_crash() {
    if let Some(library) = child::part() {
        return open(&library).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("libchdb.so");
    let mut whole = File::open(std::env::current_exe().unwrap()).unwrap().take(1 << 20);
    copy(&mut whole, &mut File::create(&path).unwrap()).unwrap();
    let path = path.to_str().unwrap();
    let this_test = a_library_that_is_cut_off_is_an_error_and_not_a_crash;
    let error = outcome(&this_test, path, &[]);
    assert_names(&error, &["engine library", path, "make engine"]);
    let error = outcome(&this_test, "", &[("CANDLEHOUSE_ENGINE", path)]);
    assert_names(&error, &["CANDLEHOUSE_ENGINE", path, "make engine"]);
}
