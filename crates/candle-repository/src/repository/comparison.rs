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
