//! Two processes and one folder.

use std::io::Read;
use std::path::Path;

use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{DbError, QueryExecutor, Statement};

use crate::child::{self, Running};
use crate::{alone, numbers};

/// How many numbers the part that writes stores at a time.
const AT_ONCE: u64 = 1_000;

fn on_disk(path: impl AsRef<Path>) -> ChdbExecutor {
    ChdbExecutor::new(ChdbConfig::on_disk(path.as_ref()))
}

async fn hold(path: &str) {
    let db = on_disk(path);
    numbers::create(&db).await;
    db.insert(numbers::insert([7])).await.unwrap();
    println!("holding");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    db.close().await.unwrap();
    child::done();
}

#[tokio::test]
async fn a_folder_that_another_process_has_open_is_refused_until_it_closes() {
    if let Some(path) = child::part() {
        return hold(&path).await;
    }
    let _engine = alone().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let this_test = a_folder_that_another_process_has_open_is_refused_until_it_closes;
    let mut other = Running::start(child::command(&this_test, path));
    other.wait_for("holding");
    let db = on_disk(path);
    let error = db.connect().await.unwrap_err();
    assert!(matches!(error, DbError::Unavailable { .. }), "{error:?}");
    let error = error.to_string();
    let pid = format!("another process ({}) has it open", other.pid());
    assert!(error.contains(path) && error.contains(&pid), "{error}");
    other.finish();
    assert_eq!(numbers::count(&db).await, 1);
    db.close().await.unwrap();
}

async fn write(path: &str) {
    let db = on_disk(path);
    let begin = numbers::count(&db).await;
    for batch in begin / AT_ONCE.. {
        db.insert(numbers::insert(batch * AT_ONCE..(batch + 1) * AT_ONCE)).await.unwrap();
        println!("stored {}", (batch + 1) * AT_ONCE);
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_killed_process() {
    if let Some(path) = child::part() {
        return write(&path).await;
    }
    let _engine = alone().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let db = on_disk(path);
    numbers::create(&db).await;
    db.close().await.unwrap();
    for round in 1..=3 {
        let mut other =
            Running::start(child::command(&what_was_acknowledged_survives_a_killed_process, path));
        let mut acknowledged = 0;
        for _ in 0..round * 7 {
            acknowledged = other.wait_for("stored ").parse().unwrap();
        }
        other.kill();
        db.connect().await.unwrap();
        let count = numbers::count(&db).await;
        assert!(count >= acknowledged && count % AT_ONCE == 0, "{count} of {acknowledged}");
        let sum = Statement::new("SELECT sum(n) AS n FROM numbers");
        let sum = candlehouse_tests::table::number(&db, sum).await;
        assert_eq!(sum, count * (count - 1) / 2);
        db.close().await.unwrap();
    }
}
