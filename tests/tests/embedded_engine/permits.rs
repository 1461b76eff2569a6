//! What happens when more is asked at once than there are permits.

use std::sync::Arc;
use std::time::{Duration, Instant};

use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{DbError, Phase, QueryExecutor, QueryExecutorExt, Result, Statement};
use futures_util::future::join_all;
use tokio::time::timeout;

use crate::{alone, numbers};

const WAIT: Duration = Duration::from_millis(300);

fn of_one() -> ChdbConfig {
    ChdbConfig::in_memory().with_max_concurrent_requests(1).with_acquire_timeout(WAIT)
}

fn assert_all_busy<T: std::fmt::Debug>(result: Result<T>) {
    let error = result.unwrap_err();
    let DbError::Timeout { phase: Phase::PermitWait { in_use: 1 }, limit } = error else {
        panic!("{error:?}")
    };
    assert!(limit <= WAIT, "{limit:?}");
}

#[tokio::test]
async fn a_statement_waits_for_a_permit_as_long_as_it_may() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(of_one());
    numbers::create(&db).await;
    let held = numbers::endless(&db).await;
    let begin = Instant::now();
    assert_all_busy(db.query(Statement::new("SELECT 1")).await);
    let waited = begin.elapsed();
    assert!((WAIT..WAIT * 5).contains(&waited), "{waited:?}");
    assert_all_busy(db.execute(Statement::new("TRUNCATE TABLE numbers")).await);
    assert_all_busy(db.insert(numbers::insert([1])).await);
    drop(held);
    assert_eq!(numbers::count(&db).await, 0);
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_waiting_statement_runs_as_soon_as_a_permit_is_free() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(of_one().with_acquire_timeout(Duration::from_secs(60)));
    let held = numbers::endless(&db).await;
    let begin = Instant::now();
    let free_it = async {
        tokio::time::sleep(WAIT).await;
        drop(held);
    };
    let (waited, ()) = tokio::join!(numbers::works(&db), free_it);
    waited.unwrap();
    assert!((WAIT..Duration::from_secs(30)).contains(&begin.elapsed()), "{:?}", begin.elapsed());
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_permit_is_free_again_however_its_statement_ended() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(of_one().with_acquire_timeout(Duration::from_secs(10)));
    numbers::create(&db).await;
    for _ in 0..3 {
        assert!(timeout(WAIT / 3, db.query(numbers::endless_work())).await.is_err());
        numbers::works(&db).await.unwrap();
        let insert = "INSERT INTO numbers SELECT sum(number) FROM numbers(1000000000000)";
        let insert = numbers::bounded(Statement::new(insert));
        assert!(timeout(WAIT / 3, db.execute(insert)).await.is_err());
        assert_eq!(numbers::count(&db).await, 0);
        let limited = numbers::endless_work().with_timeout(WAIT / 3);
        assert!(matches!(db.query_all(limited).await, Err(DbError::Timeout { .. })));
        numbers::works(&db).await.unwrap();
        assert!(db.query_all(Statement::new("SELECT throwIf(1)")).await.is_err());
        assert!(db.execute(Statement::new("DROP TABLE no_such_table")).await.is_err());
        assert!(db.insert(numbers::insert([1]).with_setting("no_such_setting", 1)).await.is_err());
        drop(db.query(numbers::endless_rows()).await.unwrap());
        numbers::works(&db).await.unwrap();
    }
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_health_check_tells_a_missing_permit_from_a_broken_engine_in_its_own_time() {
    let _engine = alone().await;
    let config = of_one().with_acquire_timeout(Duration::from_secs(60)).with_health_timeout(WAIT);
    let db = ChdbExecutor::new(config);
    let held = numbers::endless(&db).await;
    let begin = Instant::now();
    assert_all_busy(db.health_check().await);
    assert!(begin.elapsed() < WAIT * 5, "{:?}", begin.elapsed());
    drop(held);
    numbers::works(&db).await.unwrap();
    db.health_check().await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_tasks_at_once_all_succeed() {
    let _engine = alone().await;
    let db = Arc::new(ChdbExecutor::new(ChdbConfig::in_memory().with_max_concurrent_requests(4)));
    numbers::create(&*db).await;
    let tasks = (0..100_u64).map(|task| {
        let db = Arc::clone(&db);
        tokio::spawn(async move {
            match task % 2 {
                0 => db.insert(numbers::insert(task * 100..(task + 1) * 100)).await.unwrap().rows,
                _ => {
                    let rows = Statement::new("SELECT number FROM numbers({rows:UInt64})");
                    let rows = db.query_all(rows.bind("rows", task * 10_000)).await.unwrap();
                    rows.num_rows() as u64 / task
                }
            }
        })
    });
    for (task, answer) in join_all(tasks).await.into_iter().enumerate() {
        assert_eq!(answer.unwrap(), if task % 2 == 0 { 100 } else { 10_000 }, "task {task}");
    }
    assert_eq!(numbers::count(&*db).await, 5_000);
    db.close().await.unwrap();
}

#[tokio::test]
async fn limits_too_large_to_reach_are_as_good_as_none() {
    let _engine = alone().await;
    let config = ChdbConfig::in_memory()
        .with_max_concurrent_requests(usize::MAX)
        .with_acquire_timeout(Duration::MAX)
        .with_health_timeout(Duration::MAX);
    let db = ChdbExecutor::new(config);
    numbers::create(&db).await;
    db.health_check().await.unwrap();
    db.insert(numbers::insert([1]).with_timeout(Duration::MAX)).await.unwrap();
    let rows = Statement::new("SELECT n FROM numbers").with_timeout(Duration::MAX);
    assert_eq!(db.query_all(rows).await.unwrap().num_rows(), 1);
    let emptied = Statement::new("TRUNCATE TABLE numbers").with_timeout(Duration::MAX);
    db.execute(emptied).await.unwrap();
    db.close().await.unwrap();
}
