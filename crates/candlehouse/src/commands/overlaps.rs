//! Files of one run that have candles of the same times.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use candle_repository::{Candle, CandleRun, SeriesKey, SortedCandles, Timestamp};
use futures_util::TryStreamExt;

use crate::error::CliError;
use crate::store::Store;

/// How many candles are compared at once.
const CHUNK: usize = 100_000;

/// Which files of a run are stored, and the time that each has of a series.
#[derive(Default)]
pub(super) struct StoredFiles {
    files: Vec<PathBuf>,
    by_series: HashMap<SeriesKey, Vec<Stored>>,
}

/// The first and the last open time of a series in a file, by the place of the file.
struct Stored {
    file: usize,
    first: Timestamp,
    last: Timestamp,
}

impl Stored {
    fn has(&self, first: Timestamp, last: Timestamp) -> bool {
        self.first <= last && first <= self.last
    }
}

impl StoredFiles {
    pub(super) fn add(&mut self, file: &Path, series: &[SortedCandles]) {
        let place = self.files.len();
        self.files.push(file.to_owned());
        for series in series {
            if let (Some(first), Some(last)) = (series.first(), series.last()) {
                let (first, last) = (first.open_time, last.open_time);
                let stored = Stored { file: place, first, last };
                self.by_series.entry(series.key().clone()).or_default().push(stored);
            }
        }
    }

    /// The files that may have other candles than `series`: the store has others within their time.
    pub(super) async fn that_may_differ(
        &self,
        store: &Store,
        series: &[SortedCandles],
    ) -> Result<Vec<&Path>, CliError> {
        let mut found = BTreeSet::new();
        for series in series {
            let Some(stored) = self.by_series.get(series.key()) else { continue };
            for chunk in series.as_run().chunks(CHUNK) {
                self.compare(store, chunk, stored, &mut found).await?;
            }
        }
        Ok(found.into_iter().map(|file| self.files[file].as_path()).collect())
    }

    async fn compare(
        &self,
        store: &Store,
        chunk: CandleRun<'_>,
        stored: &[Stored],
        found: &mut BTreeSet<usize>,
    ) -> Result<(), CliError> {
        let (Some(first), Some(last)) = (chunk.as_slice().first(), chunk.as_slice().last()) else {
            return Ok(());
        };
        let (first, last) = (first.open_time, last.open_time);
        let stored: Vec<_> = stored.iter().filter(|stored| stored.has(first, last)).collect();
        if stored.is_empty() {
            return Ok(());
        }
        let end = chunk.key().interval().next_open(last);
        let mut parts = store.candles.range_stream(chunk.key(), first..end).await?;
        while let Some(part) = parts.try_next().await? {
            for (_, other) in differing(chunk.as_slice(), part.iter()) {
                let time = other.open_time;
                found.extend(stored.iter().filter(|had| had.has(time, time)).map(|had| had.file));
            }
        }
        Ok(())
    }
}

/// The candles of both, which are in order, that have the same time and other values.
fn differing<'a>(
    candles: &'a [Candle],
    others: impl Iterator<Item = Candle> + 'a,
) -> impl Iterator<Item = (Candle, Candle)> + 'a {
    let mut rest = candles;
    others.filter_map(move |other| {
        let before = rest.partition_point(|candle| candle.open_time < other.open_time);
        rest = &rest[before..];
        let same = rest.first().filter(|candle| candle.open_time == other.open_time);
        same.filter(|candle| **candle != other).map(|candle| (*candle, other))
    })
}

/// # Errors
/// Two files of one run have different candles of a time: the first of them.
pub(super) fn refuse_conflict(
    earlier: (&Path, &[SortedCandles]),
    later: (&Path, &[SortedCandles]),
) -> Result<(), CliError> {
    for series in later.1 {
        let Some(other) = earlier.1.iter().find(|other| other.key() == series.key()) else {
            continue;
        };
        let mut conflicts = differing(series.as_slice(), other.as_slice().iter().copied());
        if let Some((candle, other)) = conflicts.next() {
            let (field, value, other) = difference(&candle, &other);
            let (earlier, later) = (earlier.0.display(), later.0.display());
            return Err(CliError::refused(format!(
                "{later} and {earlier}, which is stored, have different candles of {} for {}: {field} \
                 {value} and {other}. Keep one of the two, or let the later file correct the earlier \
                 one, --last-wins",
                series.key(),
                candle.open_time
            )));
        }
    }
    Ok(())
}

/// The first field in which they differ.
fn difference(one: &Candle, other: &Candle) -> (&'static str, f64, f64) {
    let fields = [
        ("open", one.open, other.open),
        ("high", one.high, other.high),
        ("low", one.low, other.low),
        ("close", one.close, other.close),
    ];
    let volume = ("volume", one.volume, other.volume);
    fields.into_iter().find(|(_, one, other)| one != other).unwrap_or(volume)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candle(day: i64, price: f64) -> Candle {
        let open_time = Timestamp::from_millis(day * 86_400_000).unwrap();
        Candle { open_time, open: price, high: price, low: price, close: price, volume: 1.0 }
    }

    #[test]
    fn only_candles_of_one_time_with_other_values_differ() {
        let one = [candle(1, 1.0), candle(3, 1.0), candle(4, 1.0), candle(7, 1.0)];
        let others = [candle(2, 2.0), candle(3, 2.0), candle(4, 1.0), candle(8, 2.0)];
        let found: Vec<_> = differing(&one, others.into_iter()).collect();
        assert_eq!(found, [(candle(3, 1.0), candle(3, 2.0))]);
        let louder = Candle { volume: 2.0, ..candle(1, 1.0) };
        assert_eq!(difference(&candle(1, 1.0), &louder), ("volume", 1.0, 2.0));
    }
}
