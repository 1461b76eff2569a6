//! How a process ends that has used the engine.

use std::sync::OnceLock;

use db_chdb::{ChdbConfig, ChdbExecutor};

use crate::{child, numbers};

/// Works with the engine, gives a query up in the middle, and returns without closing.
async fn work(kept: &str) {
    static KEPT: OnceLock<ChdbExecutor> = OnceLock::new();
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    for _ in 0..10 {
        numbers::works(&db).await.unwrap();
    }
    drop(numbers::endless(&db).await);
    if kept == "kept" {
        KEPT.set(db).unwrap();
    }
    child::done();
}

#[tokio::test]
async fn a_process_that_does_not_close_the_engine_ends_well() {
    if let Some(kept) = child::part() {
        return work(&kept).await;
    }
    for _ in 0..10 {
        for kept in ["dropped", "kept"] {
            let this_test = a_process_that_does_not_close_the_engine_ends_well;
            child::assert_done(&child::command(&this_test, kept).output().unwrap());
        }
    }
}
