//! Putting together what is given of one series in several parts.

use std::collections::{BTreeMap, HashMap};

use market_model::{Candle, CandleRun, SeriesKey, SortedCandles};

use crate::error::Result;

/// Takes the runs of those series out that are there more than once, and merges them by series.
pub(super) fn merge_repeated(runs: &mut Vec<CandleRun<'_>>) -> Result<Vec<SortedCandles>> {
    let mut counts = HashMap::<&SeriesKey, usize>::new();
    for run in runs.iter() {
        *counts.entry(run.key()).or_default() += 1;
    }
    let mut repeated = BTreeMap::<&SeriesKey, Vec<Candle>>::new();
    for run in runs.extract_if(.., |run| counts.get(run.key()).is_some_and(|&count| count > 1)) {
        repeated.entry(run.key()).or_default().extend_from_slice(run.as_slice());
    }
    let merged =
        repeated.into_iter().map(|(key, candles)| SortedCandles::new(key.clone(), candles));
    Ok(merged.collect::<Result<_, _>>()?)
}
