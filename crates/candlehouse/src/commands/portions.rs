//! Storing many candles, some at a time.

use candle_repository::{CandleRun, SortedCandles, UpsertReport};

use crate::error::CliError;
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
    let mut done = UpsertReport::default();
    for portion in portions(series, PORTION) {
        let size = portion.iter().map(CandleRun::len).sum::<usize>();
        done += store.candles.upsert_all(portion).await?;
        progress.advance(size as u64);
    }
    Ok(done)
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
