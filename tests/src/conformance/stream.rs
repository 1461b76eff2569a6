//! Behaviours of the stream of a query: batches, late errors, and its end.
#![allow(missing_docs, reason = "the names are the documentation; the port's docs explain them")]

use std::time::{Duration, Instant};

use arrow_array::UInt64Array;
use db_port::{DbError, QueryExecutor, Statement};
use futures_util::{StreamExt, TryStreamExt};

use crate::table::{array, number};
use crate::wait::{until_ended, until_running};

pub async fn query_streams_in_batches(db: &dyn QueryExecutor) {
    let endless = Statement::new("SELECT number AS n FROM numbers(1000000000000)");
    let mut stream = db.query(endless).await.unwrap();
    let mut next = 0;
    for _ in 0..5 {
        let batch = stream.try_next().await.unwrap().unwrap();
        assert!((1..=200_000).contains(&batch.num_rows()), "{} rows", batch.num_rows());
        let numbers = array::<UInt64Array>(&batch, "n").values();
        assert_eq!(numbers[0], next);
        next += numbers.len() as u64;
    }
}

pub async fn query_reports_an_error_after_rows(db: &dyn QueryExecutor) {
    let failing = Statement::new("SELECT throwIf(number = 300000) AS n FROM numbers(1000000)")
        .with_setting("max_threads", 1);
    let mut stream = db.query(failing).await.unwrap();
    let mut rows = 0;
    let error = loop {
        match stream.next().await {
            Some(Ok(batch)) => rows += batch.num_rows(),
            Some(Err(error)) => break error,
            None => panic!("the stream ended well after {rows} rows"),
        }
    };
    assert!(rows > 0 && rows < 1_000_000, "{rows}");
    assert_eq!(error.code(), Some(395), "{error}");
    assert!(stream.next().await.is_none());
}

pub async fn query_ends_when_its_stream_is_dropped(db: &dyn QueryExecutor) {
    let endless = Statement::new("SELECT 'dropped_stream' AS s FROM numbers(1000000000000)");
    let mut stream = db.query(endless).await.unwrap();
    stream.try_next().await.unwrap().unwrap();
    until_running(db, "dropped_stream").await;
    drop(stream);
    until_ended(db, "dropped_stream").await;
}

pub async fn query_ends_when_its_future_is_dropped(db: &dyn QueryExecutor) {
    let endless = Statement::new(
        "SELECT count() AS n, 'dropped_future' AS s FROM numbers(1000000000000) \
         WHERE sipHash64(number) = 1",
    );
    // An adapter may answer before the first row; then dropping the stream must end it.
    let rows = async { db.query(endless).await?.try_next().await };
    tokio::select! {
        rows = rows => panic!("{rows:?}"),
        () = until_running(db, "dropped_future") => {}
    }
    until_ended(db, "dropped_future").await;
}

pub async fn query_ends_at_its_timeout(db: &dyn QueryExecutor) {
    let before_rows = "SELECT count() AS n, 'timed_out_before_rows' AS s FROM numbers(1000000000000) \
                       WHERE sipHash64(number) = 1";
    let after_rows = "SELECT 'timed_out_after_rows' AS s FROM numbers(1000000000000)";
    db.connect().await.unwrap();
    for (sql, part) in
        [(before_rows, "timed_out_before_rows"), (after_rows, "timed_out_after_rows")]
    {
        let endless = Statement::new(sql).with_timeout(Duration::from_secs(2));
        let begin = Instant::now();
        let mut rows = 0;
        let read = async {
            let mut stream = db.query(endless).await?;
            while let Some(batch) = stream.try_next().await? {
                rows += batch.num_rows();
            }
            Ok(())
        };
        let result = read.await;
        assert!(matches!(result, Err(DbError::Timeout { .. })), "{rows} rows, {result:?}");
        assert_eq!(rows > 0, sql == after_rows, "{rows} rows");
        assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
        until_ended(db, part).await;
    }
}

pub async fn queries_run_at_the_same_time(db: &dyn QueryExecutor) {
    let endless = Statement::new("SELECT 'slow_one' AS s FROM numbers(1000000000000)");
    let mut slow = db.query(endless).await.unwrap();
    slow.try_next().await.unwrap().unwrap();
    let quick =
        (0_u64..4).map(|n| number(db, Statement::new("SELECT {n:UInt64} AS n").bind("n", n)));
    assert_eq!(futures_util::future::join_all(quick).await, [0, 1, 2, 3]);
    assert!(slow.try_next().await.unwrap().is_some());
}
