//! What became of an insert.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, StringArray, TimestampMillisecondArray};
use candlehouse_tests::server::{Server, empty_database};
use db_clickhouse::{ClickHouseManager, InsertOutcome};
use db_port::{Insert, QueryExecutor};

use crate::{T, batch, create};

const NEVER_SENT: &str = "6a1cbb0e-3c1c-4f6e-9d2e-000000000000-1";

fn candles(symbols: &[&str]) -> Insert {
    let times = TimestampMillisecondArray::from_iter_values((0..symbols.len()).map(|i| i as i64));
    let prices: ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN; symbols.len()]));
    let rows = batch(vec![
        ("symbol", Arc::new(StringArray::from(symbols.to_vec()))),
        ("time", Arc::new(times.with_timezone("UTC"))),
        ("price", prices),
    ]);
    Insert::new(T, rows)
}

#[tokio::test]
async fn the_rows_in_the_table_tell_what_became_of_an_insert() {
    let server = Server::start();
    let config = empty_database(server.url(), "reconcile").await;
    let db = ClickHouseManager::new(config).unwrap();
    create(
        &db,
        "CREATE TABLE t (symbol String, time DateTime64(3, 'UTC'), price Float64) \
         ENGINE = MergeTree PARTITION BY toYear(time) ORDER BY (symbol, time)",
    )
    .await;
    let both = candles(&["it's", "AAPL"]);
    let outcome = async |insert: &Insert| db.reconcile(insert, NEVER_SENT).await.unwrap();
    assert_eq!(outcome(&both).await, InsertOutcome::NotStored);
    db.insert(candles(&["it's"])).await.unwrap();
    assert_eq!(outcome(&both).await, InsertOutcome::Partly { stored: 1, of: 2 });
    db.insert(both.clone()).await.unwrap();
    assert_eq!(outcome(&both).await, InsertOutcome::Stored);
    assert_eq!(
        outcome(&candles(&["it's", "GOOG"])).await,
        InsertOutcome::Partly { stored: 1, of: 2 }
    );
    assert_eq!(outcome(&candles(&["GOOG"])).await, InsertOutcome::NotStored);
    // Once more than it is there.
    let repeated = candles(&["it's", "AAPL", "AAPL"]);
    assert_eq!(outcome(&repeated).await, InsertOutcome::Partly { stored: 2, of: 3 });
    db.close().await.unwrap();
}
