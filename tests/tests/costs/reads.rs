//! What questions cost.

use candle_repository::{Calendar, Interval, SeriesFilter, TimeRange};

use crate::measured::{EACH, GRANULE, Measured, SERIES, key, series};

#[tokio::test]
async fn a_question_sends_few_statements_that_read_little() {
    let measured = Measured::full().await;
    let candles = &measured.candles;
    let (key, all) = (&key(1), SERIES * EACH);
    let filter = SeriesFilter::default();
    let series = series(1);
    let (first, end) = (series.as_slice()[30_000].open_time, series.as_slice()[30_100].open_time);
    let span = TimeRange::new(first, end).unwrap();

    let cost = measured.cost(async { candles.range(key, span).await.unwrap() }).await;
    cost.is_at_most(1, GRANULE, "a range of 100");
    let cost = measured.cost(async { candles.range(key, ..).await.unwrap() }).await;
    cost.is_at_most(1, EACH + 2 * GRANULE, "all of a series");
    let cost = measured.cost(async { candles.resample(key, Interval::HOUR, ..).await.unwrap() });
    cost.await.is_at_most(1, EACH + 2 * GRANULE, "resampling a series");
    let cost = measured.cost(async { candles.latest(key, 1).await.unwrap() }).await;
    cost.is_at_most(1, 3 * GRANULE, "the newest candle");
    let cost = measured.cost(async { candles.latest_of_all(&filter, 1).await.unwrap() }).await;
    cost.is_at_most(3, all + 10 * GRANULE, "the newest candles of all");
    let cost = measured.cost(async { candles.keys().await.unwrap() }).await;
    cost.is_at_most(1, all, "the names");
    let cost = measured.cost(async { candles.list_series().await.unwrap() }).await;
    cost.is_at_most(1, all, "the list");
    let coverage =
        async { candles.coverage_of_all(&filter, .., |_| Calendar::Continuous).await.unwrap() };
    let cost = measured.cost(coverage).await;
    cost.is_at_most(1, all, "the coverage of all");
}
