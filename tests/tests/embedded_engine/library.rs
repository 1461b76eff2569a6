//! Which library is loaded. A process keeps the one it has loaded, so each case runs in a process
//! of its own.

use std::fs::File;
use std::io::{Read, copy};

use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{DbError, QueryExecutor};

use crate::{alone, child, numbers};

/// Opens the engine, with the library of this name if it has one, and prints what comes of it.
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

/// This file is not the engine, but it is as much an image as the engine's library.
fn this_program() -> File {
    File::open(std::env::current_exe().unwrap()).unwrap()
}

#[tokio::test]
async fn a_library_that_is_no_good_is_an_error_and_not_a_crash() {
    if let Some(library) = child::part() {
        open(&library).await;
        return open("").await;
    }
    let this_test = a_library_that_is_no_good_is_an_error_and_not_a_crash;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("libchdb.so");
    let path = path.to_str().unwrap();
    for (bytes, reason) in [
        (0, "is damaged or not a library"),
        (1 << 20, "is damaged or not a library"),
        (u64::MAX, "could not be loaded"),
    ] {
        copy(&mut this_program().take(bytes), &mut File::create(path).unwrap()).unwrap();
        let outcome = outcome(&this_test, path, &[]);
        assert!(outcome.contains(&format!("{path} {reason}")), "{outcome}");
        assert!(outcome.contains("make engine") && outcome.contains("it works"), "{outcome}");
    }
}

#[tokio::test]
async fn the_environment_variable_has_to_name_a_library() {
    if let Some(library) = child::part() {
        return open(&library).await;
    }
    let this_test = the_environment_variable_has_to_name_a_library;
    let folder = tempfile::tempdir().unwrap();
    let damaged = folder.path().join("damaged.so");
    copy(&mut this_program().take(1 << 20), &mut File::create(&damaged).unwrap()).unwrap();
    for (path, reason) in [
        (folder.path().join("missing.so").as_path(), "does not exist"),
        (folder.path(), "is not a file"),
        (&damaged, "is damaged"),
    ] {
        let path = path.to_str().unwrap();
        let error = outcome(&this_test, "", &[("CANDLEHOUSE_ENGINE", path)]);
        assert!(error.contains("invalid configuration of CANDLEHOUSE_ENGINE"), "{error}");
        assert!(error.contains(&format!("{path} {reason}")), "{error}");
    }
    let configured = damaged.to_str().unwrap();
    let error = outcome(&this_test, configured, &[("CANDLEHOUSE_ENGINE", "/nowhere")]);
    assert!(error.contains("engine library") && error.contains(configured), "{error}");
}

#[tokio::test]
async fn a_process_that_has_loaded_a_library_names_it_when_asked_for_another() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    let another = ChdbConfig::in_memory().with_library("/another/library.so");
    let another = ChdbExecutor::new(another);
    numbers::works(&db).await.unwrap();
    for closed in [false, true] {
        if closed {
            db.close().await.unwrap();
        }
        let error = another.connect().await.unwrap_err();
        assert!(matches!(error, DbError::Configuration { .. }), "{error:?}");
        assert!(error.to_string().contains("/another/library.so was asked for"), "{error}");
    }
}
