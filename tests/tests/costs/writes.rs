//! What storing costs.

use candle_repository::Candle;

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
