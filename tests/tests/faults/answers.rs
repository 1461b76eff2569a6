//! What the caller hears of answers that are errors, broken off or early.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use candlehouse_tests::fault::answers::{arrow_pieces, exception};
use candlehouse_tests::fault::{Fault, Proxy};
use candlehouse_tests::number_tables::{PLAIN, WINDOWED, numbers, read};
use db_port::{DbError, QueryExecutor, Statement};
use futures_util::future::join_all;

use crate::harness::Harness;

const QUICK: &str = "max_retries=3&retry_base_delay=0.001&retry_max_delay=0.002&retry_budget=100";
const ROWS: Statement = Statement::new("SELECT toInt64(number) AS n FROM numbers(3)");

/// How many answers are cut at a time.
const LANES: usize = 8;

fn busy() -> Vec<Fault> {
    let parts = "Too many parts (300). Merges are processing significantly slower than inserts.";
    vec![
        Fault::answer(500, &exception(202, "Too many simultaneous queries. Maximum: 100.")),
        Fault::answer(500, &exception(252, parts)),
        Fault::answer(500, &exception(745, "The server is overloaded")),
        Fault::answer(503, "<html><head><title>503 Service Temporarily Unavailable</title>"),
        Fault::answer(503, ""),
        Fault::answer(429, ""),
    ]
}

#[tokio::test]
async fn an_overloaded_server_is_asked_again_even_for_an_insert_that_is_not_idempotent() {
    let harness = Harness::new("overload").await;
    let db = harness.manager(QUICK);
    for (n, fault) in (1..).zip(busy()) {
        harness.proxy.inserts_meet([fault.clone()]);
        harness.proxy.queries_meet([fault.clone()]);
        let before = harness.proxy.inserts().len();
        db.insert(numbers(PLAIN, [n])).await.unwrap_or_else(|e| panic!("{fault:?}: {e:?}"));
        assert_eq!(harness.proxy.inserts().len() - before, 2, "attempts after {fault:?}");
        assert_eq!(harness.times(&PLAIN, n).await, 1, "{fault:?}");
    }
}

#[tokio::test]
async fn an_insert_with_too_many_partitions_is_the_callers_mistake() {
    let harness = Harness::new("partitions").await;
    let db = harness.manager(QUICK);
    let text = "Too many partitions for single INSERT block (more than 100).";
    harness.proxy.inserts_meet([Fault::answer(500, &exception(252, text))]);
    let error = db.insert(numbers(WINDOWED, [1])).await.unwrap_err();
    assert_eq!(error.code(), Some(252), "{error:?}");
    assert_eq!(harness.proxy.inserts().len(), 1);
    assert_eq!(harness.rows(&WINDOWED).await, 0);
}

#[tokio::test]
async fn too_many_partitions_on_a_real_engine_is_the_callers_mistake_too() {
    let harness = Harness::new("real_partitions").await;
    let db = harness.manager(QUICK);
    let create = "CREATE TABLE daily (v Int64) ENGINE = MergeTree PARTITION BY v ORDER BY v";
    harness.direct.execute(Statement::new(create)).await.unwrap();
    let daily = db_port::Identifier::from_static("daily");
    let rows: Vec<_> = (0..150).collect();
    let error = db.insert(numbers(daily.clone(), rows.iter().copied())).await.unwrap_err();
    assert_eq!(error.code(), Some(252), "{error:?}");
    assert_eq!(harness.proxy.inserts().len(), 1);
    assert_eq!(harness.rows(&daily).await, 0);
}

#[tokio::test]
async fn a_failure_part_way_is_retried_only_where_that_is_idempotent() {
    let harness = Harness::new("part_way").await;
    let db = harness.manager(QUICK);
    for code in [209, 210, 236, 241, 319, 999] {
        let n = i64::from(code);
        let trouble = || Fault::answer(500, &exception(code, "Something broke"));
        harness.proxy.inserts_meet([trouble()]);
        db.insert(numbers(WINDOWED, [n])).await.unwrap();
        assert_eq!(harness.times(&WINDOWED, n).await, 1);

        harness.proxy.inserts_meet([trouble()]);
        let error = db.insert(numbers(PLAIN, [n])).await.unwrap_err();
        assert!(matches!(error, DbError::OutcomeUnknown { .. }), "{code}: {error:?}");
        assert_eq!(harness.times(&PLAIN, n).await, 0);

        harness.proxy.queries_meet([trouble(), trouble()]);
        assert_eq!(read(&db, ROWS).await.unwrap(), [0, 1, 2]);
    }
}

#[tokio::test]
async fn an_answer_cut_at_any_byte_is_never_whole() {
    let harness = Harness::new("cut_anywhere").await;
    for compression in ["none", "lz4", "zstd"] {
        let parameters = format!("max_retries=0&compression={compression}");
        assert_eq!(read(&harness.manager(&parameters), ROWS).await.unwrap(), [0, 1, 2]);
        let answer = harness.proxy.last_answer();
        assert!(answer.len() > 300, "the answer has only {} bytes", answer.len());
        // The same answer each time, at the price of no query.
        let replay = Proxy::before(harness.direct_address());
        replay.rules(|rules| rules.every_request = Some(Fault::Answer(answer.clone())));
        let lanes = (0..LANES).map(|lane| {
            let cuts = (lane..=answer.len()).step_by(LANES);
            cut_at(harness.beside(replay.address()), cuts, answer.len(), &parameters)
        });
        join_all(lanes).await;
    }
}

/// Ends a read at each of these bytes, in two ways.
async fn cut_at(
    harness: impl Future<Output = Harness>,
    cuts: impl Iterator<Item = usize>,
    whole: usize,
    parameters: &str,
) {
    let harness = harness.await;
    let db = harness.manager(parameters);
    for cut in cuts {
        for fault in [Fault::CutWithClose(cut), Fault::CutWithReset(cut)] {
            harness.proxy.queries_meet([fault.clone()]);
            match read(&db, ROWS).await {
                Ok(rows) if cut == whole => assert_eq!(rows, [0, 1, 2], "{fault:?}"),
                Err(DbError::Interrupted { .. }) if cut < whole => {}
                other => panic!("{fault:?} of {whole} bytes, {parameters}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn an_answer_with_a_clean_end_between_two_messages_is_never_whole() {
    let harness = Harness::new("cut_between_messages").await;
    let db = harness.manager("max_retries=0&compression=false");
    let batch = |n: i64| {
        let column: ArrayRef = Arc::new(Int64Array::from(vec![n, n]));
        RecordBatch::try_from_iter([("n", column)]).unwrap()
    };
    let batches = [batch(1), batch(2), batch(3)];
    let pieces = arrow_pieces(&batches[0].schema(), &batches);
    for kept in 1..pieces.len() {
        harness.proxy.queries_meet([Fault::chunks(&pieces[..kept])]);
        let error = read(&db, ROWS).await.unwrap_err();
        assert!(matches!(error, DbError::Interrupted { .. }), "{kept} messages: {error:?}");
    }
    harness.proxy.queries_meet([Fault::chunks(&pieces)]);
    assert_eq!(read(&db, ROWS).await.unwrap(), [1, 1, 2, 2, 3, 3]);
}

#[tokio::test]
async fn a_query_is_retried_until_its_first_rows_are_handed_out() {
    let harness = Harness::new("read_again").await;
    let db = harness.manager(QUICK);
    let faults = [Fault::ResetBefore, Fault::Lose, Fault::CutWithClose(200)];
    harness.proxy.queries_meet(faults);
    assert_eq!(read(&db, ROWS).await.unwrap(), [0, 1, 2]);
    assert_eq!(harness.proxy.seen().len(), 4);
}

#[tokio::test]
async fn what_the_server_answers_before_it_has_read_an_insert_is_heard() {
    let harness = Harness::new("early_answer").await;
    let db = harness.manager(QUICK);
    let rows: Vec<_> = (0..200_000).collect();
    let busy = exception(202, "Too many simultaneous queries. Maximum: 100.");
    let forbidden = exception(497, "Not enough privileges");
    for (text, refused) in [(busy, false), (forbidden, true)] {
        harness.proxy.rules(|rules| rules.early = Some((500, text)));
        let stored = db.insert(numbers(PLAIN, rows.iter().copied())).await;
        if refused {
            assert_eq!(stored.unwrap_err().code(), Some(497));
        } else {
            assert_eq!(stored.unwrap().rows, 200_000);
        }
    }
    assert_eq!(harness.rows(&PLAIN).await, 200_000);
}
