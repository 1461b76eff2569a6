//! New candles beside stored ones: what must be written.

use db_port::{DbError, Result};
use market_model::{Candle, CandleRun, UpsertReport};

use crate::codec::Rows;

/// New candles on their way along the stored ones, which come in the same order: by symbol, then by
/// open time. Both sides are walked once, and nothing of the stored side is kept.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    /// By symbol; the last is the one that is being compared.
    runs: Vec<CandleRun<'a>>,
    /// Where in the run: the candles before it are compared.
    position: usize,
    /// The candles from here to the position must be written.
    changed: usize,
    report: UpsertReport,
    changes: Vec<Rows<'a>>,
    /// The highest revision of a stored candle that has the identity of a new one.
    newest: u64,
}

impl<'a> Comparison<'a> {
    /// Takes runs of different symbols.
    pub(super) fn new(runs: &[CandleRun<'a>]) -> Self {
        let inserted = runs.iter().map(|run| run.len() as u64).sum();
        let mut runs = runs.to_vec();
        runs.sort_by(|a, b| b.key().symbol().cmp(a.key().symbol()));
        Self {
            runs,
            position: 0,
            changed: 0,
            report: UpsertReport { inserted, ..UpsertReport::default() },
            changes: Vec::new(),
            newest: 0,
        }
    }

    /// Goes along to the next stored candle.
    ///
    /// # Errors
    /// [`DbError::UnexpectedResult`] for one that comes out of order.
    pub(super) fn pass(&mut self, symbol: &str, stored: &Candle, revision: u64) -> Result<()> {
        let run = loop {
            match self.runs.last() {
                Some(run) if run.key().symbol() == symbol => break run.as_slice(),
                Some(_) => self.end_run(),
                None => return Err(out_of_order(symbol, stored)),
            }
        };
        if self.position > 0 && run[self.position - 1].open_time >= stored.open_time {
            return Err(out_of_order(symbol, stored));
        }
        while run.get(self.position).is_some_and(|new| new.open_time < stored.open_time) {
            self.position += 1;
        }
        let Some(new) = run.get(self.position).filter(|new| new.open_time == stored.open_time)
        else {
            return Ok(());
        };
        self.newest = self.newest.max(revision);
        self.report.inserted -= 1;
        if new == stored {
            self.report.unchanged += 1;
            self.must_write(self.position);
            self.changed = self.position + 1;
        } else {
            self.report.corrected += 1;
        }
        self.position += 1;
        Ok(())
    }

    /// Ends where the stored candles end. What must be written has no revision yet: it must be
    /// above the one that is returned.
    pub(super) fn finish(mut self) -> (UpsertReport, Vec<Rows<'a>>, u64) {
        while !self.runs.is_empty() {
            self.end_run();
        }
        (self.report, self.changes, self.newest)
    }

    fn end_run(&mut self) {
        self.must_write(self.runs.last().map_or(0, CandleRun::len));
        self.runs.pop();
        (self.position, self.changed) = (0, 0);
    }

    /// Notes the changed candles before `end`.
    fn must_write(&mut self, end: usize) {
        if let Some(run) = self.runs.last().filter(|_| self.changed < end) {
            let candles = &run.as_slice()[self.changed..end];
            self.changes.push(Rows { key: run.key(), candles, revision: 0 });
        }
    }
}

fn out_of_order(symbol: &str, stored: &Candle) -> DbError {
    DbError::UnexpectedResult {
        expected: "stored candles by symbol and open time, each once".into(),
        found: format!("{symbol} {} after a later one", stored.open_time),
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
            backwards: bool,
        ) {
            let mut series = series(&new);
            if backwards {
                series.reverse();
            }
            let runs: Vec<_> = series.iter().map(SortedCandles::as_run).collect();
            let mut comparison = Comparison::new(&runs);
            let (mut newest, mut report) = (0, UpsertReport::default());
            // The database is asked for the symbols that are compared.
            let asked = |number: u8| runs.iter().any(|run| run.key().symbol() == symbol(number));
            let stored = stored.into_iter().filter(|((number, _), _)| asked(*number));
            let mut wanted = new.clone();
            for (((number, minute), value), revision) in stored.zip(revisions) {
                comparison.pass(&symbol(number), &candle(minute, value), revision).unwrap();
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
    fn what_comes_out_of_order_is_an_error_not_a_wrong_comparison() {
        let new = Candles::from([((0, 0), 1), ((0, 1), 1), ((1, 0), 1)]);
        let series = series(&new);
        let runs: Vec<_> = series.iter().map(SortedCandles::as_run).collect();
        for (first, then) in
            [((0, 1), (0, 0)), ((0, 1), (0, 1)), ((1, 0), (0, 0)), ((1, 0), (2, 0))]
        {
            let mut comparison = Comparison::new(&runs);
            let mut pass =
                |(number, minute)| comparison.pass(&symbol(number), &candle(minute, 1), 1);
            pass(first).unwrap();
            let error = pass(then).unwrap_err().to_string();
            assert!(error.contains("by symbol and open time"), "{error}");
        }
    }
}
