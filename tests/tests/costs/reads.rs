//! What questions cost.

use candle_repository::{Calendar, Interval, SeriesFilter, TimeRange};

use crate::measured::{EACH, GRANULE, MANY, Measured, SERIES, key, series};

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
    cost.is_at_most(4, all + 11 * GRANULE, "the newest candles of all");
    let cost = measured.cost(async { candles.keys().await.unwrap() }).await;
    cost.is_at_most(2, all + GRANULE, "the names");
    let cost = measured.cost(async { candles.list_series().await.unwrap() }).await;
    cost.is_at_most(2, all + GRANULE, "the list");
    let coverage =
        async { candles.coverage_of_all(&filter, .., |_| Calendar::Continuous).await.unwrap() };
    let cost = measured.cost(coverage).await;
    cost.is_at_most(2, all + GRANULE, "the coverage of all");
}

/// Of each series and year the granule in which it ends, and the next one begins.
#[tokio::test]
async fn what_is_stored_is_told_without_a_scan() {
    let measured = Measured::empty().await;
    measured.fill().await;
    let candles = &measured.candles;
    let filter = SeriesFilter::default();
    // And a mark for each granule that is stored.
    let few = SERIES * 2 * GRANULE + MANY * SERIES / GRANULE + 100;

    let names = measured.cost(async { assert_eq!(candles.keys().await.unwrap().len(), 4) });
    names.await.is_at_most(2, few, "the names");
    let cost = measured.cost(async {
        let list = candles.list_series().await.unwrap();
        assert!(list.iter().all(|info| info.candles == MANY));
    });
    cost.await.is_at_most(2, few, "the list");
    let cost = measured.cost(async {
        let coverage = candles.coverage_of_all(&filter, .., |_| Calendar::Continuous);
        assert!(coverage.await.unwrap().iter().all(|series| series.missing() == 0));
    });
    cost.await.is_at_most(2, few, "the coverage of all");
    let cost = measured.cost(async {
        assert!(candles.find_calendars(&filter).await.unwrap().is_empty());
    });
    cost.await.is_at_most(2, few, "the calendars of all");
    let cost = measured.cost(async { candles.latest_of_all(&filter, 1).await.unwrap() });
    cost.await.is_at_most(4, 2 * few, "the newest candles of all");
}
