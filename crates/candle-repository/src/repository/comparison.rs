//! New candles beside stored ones: what must be written.

use db_port::{DbError, Result};
use market_model::{Candle, CandleRun, UpsertReport};

use crate::codec::Rows;

/// New candles, and for each what is known of the stored one with its identity.
///
/// The stored ones come in any order, because putting two million in order took the engine longer than
/// all else. Most come one after the other, so the next is looked for beside the last.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    /// By symbol.
    runs: Vec<(CandleRun<'a>, Vec<Stored>)>,
    /// The run and the position in it that come next.
    next: (usize, usize),
    /// The highest revision of a stored candle that has the identity of a new one.
    newest: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stored {
    Nothing,
    Same,
    Other,
}

impl<'a> Comparison<'a> {
    /// Takes runs of different symbols.
    pub(super) fn new(runs: &[CandleRun<'a>]) -> Self {
        let nothing = |run: &CandleRun<'a>| (*run, vec![Stored::Nothing; run.len()]);
        let mut runs: Vec<_> = runs.iter().map(nothing).collect();
        runs.sort_by_key(|(run, _)| run.key().symbol());
        Self { runs, next: (0, 0), newest: 0 }
    }

    /// Takes in a stored candle.
    ///
    /// # Errors
    /// [`DbError::UnexpectedResult`] for one that comes twice.
    pub(super) fn add(&mut self, symbol: &str, stored: &Candle, revision: u64) -> Result<()> {
        let Some((run, position)) = self.find(symbol, stored) else { return Ok(()) };
        let (candles, known) = &mut self.runs[run];
        if known[position] != Stored::Nothing {
            return Err(DbError::UnexpectedResult {
                expected: "each stored candle once".into(),
                found: format!("{symbol} {} twice", stored.open_time),
            });
        }
        let is_same = candles.as_slice()[position] == *stored;
        known[position] = if is_same { Stored::Same } else { Stored::Other };
        self.newest = self.newest.max(revision);
        self.next = (run, position + 1);
        Ok(())
    }

    fn find(&self, symbol: &str, stored: &Candle) -> Option<(usize, usize)> {
        let (mut run, position) = self.next;
        if self.runs[run].0.key().symbol() != symbol {
            run = self.runs.binary_search_by_key(&symbol, |(run, _)| run.key().symbol()).ok()?;
        }
        let candles = self.runs[run].0.as_slice();
        let time = stored.open_time;
        match candles.get(position) {
            Some(new) if new.open_time == time => Some((run, position)),
            _ => Some((run, candles.binary_search_by_key(&time, |new| new.open_time).ok()?)),
        }
    }

    /// Ends where the stored candles end. What must be written has no revision yet: it must be
    /// above the one that is returned.
    pub(super) fn finish(self) -> (UpsertReport, Vec<Rows<'a>>, u64) {
        let mut report = UpsertReport::default();
        let mut changes = Vec::new();
        for (run, known) in &self.runs {
            let mut rest = run.as_slice();
            for stretch in known.chunk_by(|a, b| (*a == Stored::Same) == (*b == Stored::Same)) {
                let (candles, later) = rest.split_at(stretch.len());
                rest = later;
                if stretch[0] == Stored::Same {
                    report.unchanged += stretch.len() as u64;
                    continue;
                }
                let others = stretch.iter().filter(|stored| **stored == Stored::Other).count();
                report.corrected += others as u64;
                report.inserted += (stretch.len() - others) as u64;
                changes.push(Rows { key: run.key(), candles, revision: 0 });
            }
        }
        (report, changes, self.newest)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use market_model::{Interval, SeriesKey, SortedCandles, Timestamp};
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;

    /// By symbol and minute; few values, so that many are equal.
    type Candles = BTreeMap<(u8, i64), u8>;

    fn candle(minute: i64, value: u8) -> Candle {
        let open_time = Timestamp::from_millis(minute * 60_000).unwrap();
        let price = f64::from(value);
        Candle { open_time, open: price, high: price, low: price, close: price, volume: 1.0 }
    }

    fn symbol(number: u8) -> String {
        format!("S{number}")
    }

    fn series(candles: &Candles) -> Vec<SortedCandles> {
        let symbols: std::collections::BTreeSet<_> = candles.keys().map(|(s, _)| *s).collect();
        let of = |number: u8| {
            let of_symbol = candles.range((number, i64::MIN)..=(number, i64::MAX));
            let candles = of_symbol.map(|((_, minute), value)| candle(*minute, *value)).collect();
            let key = SeriesKey::new("X", symbol(number), Interval::MINUTE).unwrap();
            SortedCandles::new(key, candles).unwrap()
        };
        symbols.into_iter().map(of).collect()
    }

    fn candles(most: usize) -> impl Strategy<Value = Candles> {
        btree_map((0..3_u8, 0..40_i64), 0..3_u8, 0..most)
    }

    proptest! {
        #[test]
        fn what_is_new_or_differs_is_written_as_a_map_says(
            new in candles(60),
            stored in candles(60),
            revisions in vec(1..9_u64, 120),
            places in vec(any::<u8>(), 120),
            backwards: bool,
        ) {
            let mut series = series(&new);
            prop_assume!(!series.is_empty());
            if backwards {
                series.reverse();
            }
            let runs: Vec<_> = series.iter().map(SortedCandles::as_run).collect();
            let mut comparison = Comparison::new(&runs);
            let (mut newest, mut report) = (0, UpsertReport::default());
            // The database is asked for the symbols that are compared.
            let asked = |number: u8| runs.iter().any(|run| run.key().symbol() == symbol(number));
            let stored = stored.into_iter().filter(|((number, _), _)| asked(*number));
            let mut stored: Vec<_> = stored.zip(&places).collect();
            if let Some(1..) = places.first() {
                // Some stay together, as the parts of an answer do.
                stored.sort_by_key(|(_, place)| **place % 4);
            }
            let mut wanted = new.clone();
            for ((((number, minute), value), _), revision) in stored.into_iter().zip(revisions) {
                comparison.add(&symbol(number), &candle(minute, value), revision).unwrap();
                match new.get(&(number, minute)) {
                    Some(same) if *same == value => {
                        wanted.remove(&(number, minute));
                        report.unchanged += 1;
                    }
                    Some(_) => report.corrected += 1,
                    None => continue,
                }
                newest = newest.max(revision);
            }
            report.inserted = new.len() as u64 - report.unchanged - report.corrected;
            let (found, rows, above) = comparison.finish();
            prop_assert_eq!((found, above), (report, newest));
            prop_assert!(rows.iter().all(|rows| !rows.candles.is_empty()));
            let written: Vec<_> = rows
                .iter()
                .flat_map(|rows| rows.candles.iter().map(|c| (rows.key.symbol().to_owned(), *c)))
                .collect();
            let wanted: Vec<_> = wanted
                .into_iter()
                .map(|((number, minute), value)| (symbol(number), candle(minute, value)))
                .collect();
            prop_assert_eq!(written, wanted);
        }
    }

    #[test]
    fn a_stored_candle_that_comes_twice_is_an_error_not_a_wrong_count() {
        let series = series(&Candles::from([((0, 0), 1), ((0, 1), 1)]));
        let runs: Vec<_> = series.iter().map(SortedCandles::as_run).collect();
        for value in [1, 2] {
            let mut comparison = Comparison::new(&runs);
            comparison.add("S0", &candle(0, value), 1).unwrap();
            comparison.add("S0", &candle(1, value), 1).unwrap();
            let error = comparison.add("S0", &candle(0, value), 1).unwrap_err().to_string();
            assert!(error.contains("S0 1970-01-01 twice"), "{error}");
        }
    }

    #[test]
    fn a_symbol_that_is_not_compared_changes_nothing() {
        let series = series(&Candles::from([((1, 0), 1)]));
        let runs: Vec<_> = series.iter().map(SortedCandles::as_run).collect();
        let mut comparison = Comparison::new(&runs);
        comparison.add("S0", &candle(0, 1), 9).unwrap();
        let (report, rows, newest) = comparison.finish();
        assert_eq!((report.inserted, rows.len(), newest), (1, 1, 0));
    }
}
