//! Storing many candles, some at a time.

use candle_repository::{CandleRun, SortedCandles, UpsertReport};
use indicatif::HumanCount;

use crate::error::{CliError, note};
use crate::progress::Progress;
use crate::store::Store;

/// How many candles are stored at once.
const PORTION: usize = 500_000;

/// Stores in portions, for the progress bar's sake and for bounded memory.
pub(super) async fn store_in_portions(
    store: &Store,
    series: &[SortedCandles],
) -> Result<UpsertReport, CliError> {
    let candles = series.iter().map(SortedCandles::len).sum::<usize>();
    let progress = Progress::rows("storing", Some(candles as u64));
    let mut stored = Stored { candles: 0, of: candles as u64 };
    let mut done = UpsertReport::default();
    for portion in portions(series, PORTION) {
        let size = portion.iter().map(CandleRun::len).sum::<usize>() as u64;
        done += store.candles.upsert_all(portion).await?;
        stored.candles += size;
        progress.advance(size);
    }
    Ok(done)
}

/// What storing a series would do.
pub(super) async fn preview(
    store: &Store,
    series: &SortedCandles,
) -> Result<UpsertReport, CliError> {
    let mut done = UpsertReport::default();
    for portion in series.as_run().chunks(PORTION) {
        done += store.candles.preview_upsert([portion]).await?;
    }
    Ok(done)
}

/// What is stored so far. Says so when it is dropped before all is: then something failed, or the user
/// asked to end.
struct Stored {
    candles: u64,
    of: u64,
}

impl Stored {
    fn rest(&self) -> Option<String> {
        let (candles, of) = (HumanCount(self.candles), HumanCount(self.of));
        (0 < self.candles && self.candles < self.of).then(|| {
            format!(
                "at least {candles} of {of} candles are stored; the same command again stores the rest"
            )
        })
    }
}

impl Drop for Stored {
    fn drop(&mut self) {
        if let Some(rest) = self.rest() {
            note(&rest);
        }
    }
}

/// Puts short series together and cuts long ones, so that a portion has at most `size` candles.
fn portions(series: &[SortedCandles], size: usize) -> Vec<Vec<CandleRun<'_>>> {
    let mut portions = Vec::new();
    let (mut portion, mut room) = (Vec::new(), size);
    for run in series.iter().flat_map(|series| series.as_run().chunks(size)) {
        if run.len() > room {
            portions.push(std::mem::take(&mut portion));
            room = size;
        }
        room -= run.len();
        portion.push(run);
    }
    portions.push(portion);
    portions
}

#[cfg(test)]
mod tests {
    use candle_repository::{Candle, Interval, SeriesKey, Timestamp};

    use super::*;

    #[test]
    fn what_is_stored_is_said_unless_it_is_all_or_nothing() {
        let said = |candles| Stored { candles, of: 1_500_000 }.rest();
        assert_eq!(said(0), None);
        let half = said(500_000).unwrap();
        assert!(half.starts_with("at least 500,000 of 1,500,000 candles are stored"), "{half}");
        assert_eq!(said(1_500_000), None);
    }

    #[test]
    fn short_series_are_stored_together_and_long_ones_in_pieces() {
        let candle = |day: i64| Candle {
            open_time: Timestamp::from_millis(day * 86_400_000).unwrap(),
            open: 1.0,
            high: 1.0,
            low: 1.0,
            close: 1.0,
            volume: 1.0,
        };
        let series = |(index, length): (usize, &i64)| {
            let key = SeriesKey::parse(&index.to_string(), Interval::DAY).unwrap();
            SortedCandles::new(key, (0..*length).map(candle).collect()).unwrap()
        };
        let sizes = |lengths: &[i64]| -> Vec<Vec<(usize, usize)>> {
            let all: Vec<_> = lengths.iter().enumerate().map(series).collect();
            let size = |run: &CandleRun<'_>| (run.key().symbol().parse().unwrap(), run.len());
            portions(&all, 10).iter().map(|portion| portion.iter().map(size).collect()).collect()
        };
        assert_eq!(sizes(&[4, 6, 1]), [vec![(0, 4), (1, 6)], vec![(2, 1)]]);
        assert_eq!(
            sizes(&[3, 25, 2]),
            [vec![(0, 3)], vec![(1, 10)], vec![(1, 10)], vec![(1, 5), (2, 2)]]
        );
    }
}
