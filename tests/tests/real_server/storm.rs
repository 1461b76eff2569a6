//! After many faults the server's log holds what arrived, and nothing else.

use std::collections::BTreeSet;
use std::time::Duration;

use candlehouse_tests::fault::{Fault, Request};
use candlehouse_tests::number_tables::{PLAIN, WINDOWED, numbers};
use db_port::{DbError, QueryExecutor};
use fastrand::Rng;

use crate::harness::Harness;

const SEED: u64 = 20;
const INSERTS: i64 = 40;

/// Up to three faults, one for each of the first attempts.
fn faults(rng: &mut Rng) -> Vec<Fault> {
    let count = rng.usize(0..4);
    let draw = |_| match rng.u32(0..5) {
        0 => Fault::ResetBefore,
        1 => Fault::CutWithReset(0),
        2 => Fault::CutWithClose(12),
        3 => Fault::CloseIdle,
        _ => Fault::Lose,
    };
    (0..count).map(draw).collect()
}

fn query_id(request: &Request) -> String {
    request.parameter("query_id").unwrap().to_owned()
}

#[tokio::test]
async fn every_insert_that_arrived_started_once_and_every_call_is_stored_once() {
    let harness = Harness::new().await;
    let db = harness.through(|config| {
        config.with_retry_base_delay(Duration::from_millis(5)).with_retry_budget(1000)
    });
    let mut rng = Rng::with_seed(SEED);
    for n in 0..INSERTS {
        let table = if rng.bool() { PLAIN } else { WINDOWED };
        harness.proxy.inserts_meet(faults(&mut rng));
        let before = harness.proxy.inserts().len();
        let outcome = db.insert(numbers(table.clone(), [n])).await;
        let sent = &harness.proxy.inserts()[before..];
        match outcome {
            Ok(summary) => assert_eq!(summary.rows, 1),
            Err(DbError::OutcomeUnknown { query_id: named, .. }) => {
                assert_eq!((table, sent.len()), (PLAIN, 1));
                assert_eq!(named, query_id(&sent[0]));
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    let seen = harness.proxy.seen();
    let arrived = |table: &str| {
        let table = format!("INSERT+INTO+%60{table}%60");
        let inserts = seen.iter().filter(move |(request, _)| request.head.contains(&table));
        let inserts = inserts.filter(|(_, fault)| *fault != Fault::ResetBefore);
        inserts.map(|(request, _)| query_id(request)).collect::<BTreeSet<_>>()
    };
    let (plain, windowed) = (arrived("plain"), arrived("windowed"));
    let calls: BTreeSet<_> = windowed.iter().map(|id| id.rsplit_once('-').unwrap().0).collect();
    assert!(windowed.len() > calls.len() && !plain.is_empty());
    assert_eq!(harness.rows(&PLAIN).await, plain.len() as u64);
    assert_eq!(harness.rows(&WINDOWED).await, calls.len() as u64);
    for (table, arrived) in [("plain", &plain), ("windowed", &windowed)] {
        let logged = harness.log(&format!("INSERT INTO `{table}`"), arrived.len()).await;
        assert!(logged.iter().all(|logged| logged.started && logged.code == Some(0)));
        let started: BTreeSet<_> = logged.into_iter().map(|logged| logged.query_id).collect();
        assert_eq!(started, *arrived);
    }
}
