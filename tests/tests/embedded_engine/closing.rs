//! How an executor closes, and what becomes of the calls that are under way.

use std::error::Error;
use std::time::Duration;

use candlehouse_tests::table::number;
use candlehouse_tests::wait::{until, until_running};
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{DbError, Phase, QueryExecutor, Statement};
use futures_util::{FutureExt, TryStreamExt};

use crate::fifo::Fifo;
use crate::{alone, numbers};

/// A grace that no test waits for.
const LONG: Duration = Duration::from_secs(600);

fn in_memory(grace: Duration) -> ChdbExecutor {
    ChdbExecutor::new(ChdbConfig::in_memory().with_close_timeout(grace))
}

fn is_closed(error: &(dyn Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(DbError::Closed))
}

/// Opens another location, which is only possible when the engine is shut down.
async fn opens_elsewhere() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let db = ChdbExecutor::new(ChdbConfig::on_disk(folder.path()));
    let opened = db.connect().await.is_ok();
    db.close().await.unwrap();
    opened
}

#[tokio::test]
async fn a_call_that_waits_for_a_permit_is_closed_and_never_runs() {
    let _engine = alone().await;
    let keeper = in_memory(LONG);
    keeper.connect().await.unwrap();
    let config = ChdbConfig::in_memory().with_max_concurrent_requests(1);
    let db = ChdbExecutor::new(config.with_close_timeout(LONG));
    let held = numbers::endless(&db).await;
    let sql = "CREATE TABLE too_late (n UInt64) ENGINE = Memory";
    let mut waiting = Box::pin(db.execute(Statement::new(sql)));
    assert!((&mut waiting).now_or_never().is_none());
    let mut close = Box::pin(db.close());
    assert!((&mut close).now_or_never().is_none());
    let result = waiting.await;
    assert!(matches!(result, Err(DbError::Closed)), "{result:?}");
    drop(held);
    close.await.unwrap();
    let made = "SELECT count() AS n FROM system.tables WHERE name = 'too_late'";
    assert_eq!(number(&keeper, Statement::new(made)).await, 0);
    keeper.close().await.unwrap();
}

#[tokio::test]
async fn calls_under_way_may_end_while_the_executor_closes() {
    let _engine = alone().await;
    let db = in_memory(LONG);
    let rows = Statement::new("SELECT number AS n FROM numbers(3000000)");
    let mut rows = db.query(rows).await.unwrap();
    let first = rows.try_next().await.unwrap().unwrap().num_rows();
    let rest = rows.try_fold(0, async |sum, batch| Ok(sum + batch.num_rows()));
    let (closed, rest) = tokio::join!(db.close(), rest);
    closed.unwrap();
    assert_eq!(first + rest.unwrap(), 3_000_000);
    assert!(opens_elsewhere().await);
}

#[tokio::test]
async fn rows_that_have_arrived_can_be_read_after_closing() {
    let _engine = alone().await;
    let db = in_memory(LONG);
    let rows = db.query(Statement::new("SELECT 1 AS n")).await.unwrap();
    db.close().await.unwrap();
    assert!(opens_elsewhere().await);
    let rows: Vec<_> = rows.try_collect().await.unwrap();
    assert_eq!(rows.iter().map(|batch| batch.num_rows()).sum::<usize>(), 1);
}

#[tokio::test]
async fn what_goes_on_after_the_grace_is_ended_even_if_nobody_looks_at_it() {
    let _engine = alone().await;
    let db = in_memory(Duration::ZERO);
    numbers::create(&db).await;
    let mut held = numbers::endless(&db).await;
    let query = db.query(numbers::endless_work());
    let fill = "INSERT INTO numbers SELECT sum(number) FROM numbers(1000000000000) AS endless";
    let fill = db.execute(numbers::bounded(Statement::new(fill)));
    let close = async {
        until_running(&db, "sipHash64").await;
        until_running(&db, "endless").await;
        db.close().await
    };
    let (query, fill, closed) = tokio::join!(query, fill, close);
    closed.unwrap();
    assert!(matches!(query, Err(DbError::Closed)), "{query:?}");
    let Err(DbError::OutcomeUnknown { what, source: Some(source), .. }) = fill else {
        panic!("{fill:?}")
    };
    assert!(what == "the statement" && is_closed(&*source), "{what}, {source:?}");
    assert!(opens_elsewhere().await);
    let next = held.try_next().await;
    assert!(matches!(next, Err(DbError::Closed)), "{next:?}");
    assert!(held.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn an_engine_that_is_being_opened_is_closed_too() {
    let _engine = alone().await;
    let db = in_memory(LONG);
    let mut opening = Box::pin(db.connect());
    let mut waiting = Box::pin(numbers::works(&db));
    assert!((&mut opening).now_or_never().is_none());
    assert!((&mut waiting).now_or_never().is_none());
    db.close().await.unwrap();
    let (opened, worked) = tokio::join!(opening, waiting);
    assert!(matches!(opened, Err(DbError::Closed)), "{opened:?}");
    assert!(matches!(worked, Err(DbError::Closed)), "{worked:?}");
    until("the engine is shut down", opens_elsewhere).await;
    numbers::works(&db).await.unwrap_err();
    db.connect().await.unwrap();
    numbers::works(&db).await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn closing_ends_at_its_limit_and_the_engine_when_it_can() {
    let _engine = alone().await;
    let fifo = Fifo::new();
    let db = in_memory(Duration::ZERO);
    let stuck = format!("SELECT count() AS n FROM {} AS stuck", fifo.rows());
    let stuck = db.query(Statement::from_audited_text(stuck));
    let close = async {
        until_running(&db, "stuck").await;
        let mut close = Box::pin(db.close());
        assert!((&mut close).now_or_never().is_none());
        assert!(!db.is_connected());
        let refused = numbers::works(&db).await;
        assert!(matches!(refused, Err(DbError::Closed)), "{refused:?}");
        db.close().await.unwrap();
        close.await
    };
    let (stuck, closed) = tokio::join!(stuck, close);
    assert!(matches!(stuck, Err(DbError::Closed)), "{stuck:?}");
    assert!(matches!(closed, Err(DbError::Timeout { phase: Phase::Close, .. })), "{closed:?}");
    assert!(!opens_elsewhere().await);
    fifo.let_go();
    until("the engine is shut down", opens_elsewhere).await;
}

#[tokio::test]
async fn the_engine_never_shuts_down_on_the_thread_of_the_runtime() {
    let _engine = alone().await;
    for by_closing in [false, true] {
        let fifo = Fifo::new();
        let db = in_memory(LONG);
        // Shutting down waits for the mutation, which waits for the file.
        for sql in [
            "CREATE DATABASE d ENGINE = Atomic".to_owned(),
            "CREATE TABLE d.t (n UInt64, m UInt64) ENGINE = MergeTree ORDER BY n".to_owned(),
            "INSERT INTO d.t VALUES (1, 1)".to_owned(),
            format!(
                "ALTER TABLE d.t UPDATE m = 2 WHERE toString(n) IN (SELECT line FROM {}) \
                 SETTINGS mutations_sync = 0",
                fifo.rows()
            ),
        ] {
            db.execute(Statement::from_audited_text(sql)).await.unwrap();
        }
        let mutating = "SELECT count() AS n FROM system.merges WHERE is_mutation";
        until("it mutates", async || number(&db, Statement::new(mutating)).await == 1).await;
        if by_closing {
            let mut close = Box::pin(db.close());
            assert!((&mut close).now_or_never().is_none());
        }
        drop(db);
        fifo.let_go();
        until("the engine is shut down", opens_elsewhere).await;
    }
}
