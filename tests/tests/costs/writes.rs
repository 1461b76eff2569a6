//! What storing costs.

use arrow_array::UInt64Array;
use candle_repository::Candle;
use candlehouse_tests::table::array;
use db_port::{QueryExecutorExt, Statement};

use crate::measured::{EACH, GRANULE, Measured, SERIES, key, series};

#[tokio::test]
async fn one_candle_is_compared_and_stored_in_a_few_statements() {
    let measured = Measured::full().await;
    let candles = &measured.candles;
    let middle = series(1).as_slice()[30_000];
    let corrected = Candle { close: middle.low, ..middle };
    assert_ne!(corrected, middle);

    let upsert = async { candles.upsert(&key(1), &[middle]).await.unwrap() };
    let cost = measured.cost(upsert).await;
    cost.is_at_most(1, GRANULE, "one that is there already");
    let upsert = async { candles.upsert(&key(1), &[corrected]).await.unwrap() };
    let cost = measured.cost(upsert).await;
    cost.is_at_most(3, GRANULE + 1, "one corrected");
}

#[tokio::test]
async fn many_candles_are_stored_in_blocks() {
    let measured = Measured::empty().await;
    let candles = &measured.candles;
    let all: Vec<_> = (0..SERIES).map(series).collect();

    let cost = measured.cost(async { candles.upsert_all(&all).await.unwrap() }).await;
    // What is there and the columns of the table, and a block or two for each year.
    cost.is_at_most(6, SERIES * EACH, "all into an empty table");
    let cost = measured.cost(async { candles.upsert_all(&all).await.unwrap() }).await;
    cost.is_at_most(2, SERIES * EACH + 4 * GRANULE, "all again");
}

/// A part of level 0 may have rows twice, so that every read with `FINAL` has to merge it: that took
/// four times as long.
#[tokio::test]
async fn what_is_stored_is_known_to_have_no_candle_twice() {
    let measured = Measured::empty().await;
    measured.candles.upsert_all([&series(1)]).await.unwrap();
    let levels = "SELECT toUInt64(min(level)) AS level FROM system.parts \
                  WHERE active AND database = currentDatabase() AND table = 'candles'";
    let row = measured.db.query_one(Statement::new(levels)).await.unwrap();
    assert_eq!(array::<UInt64Array>(&row, "level").value(0), 1);
}
