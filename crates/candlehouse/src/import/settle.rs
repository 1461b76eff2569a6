//! From rows to series: on the grid, in order, each time once.

use candle_repository::{Candle, Interval, ModelError, SeriesKey};

use super::ParsedSeries;
use super::rows::Row;

/// What became of the rows.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) series: Vec<ParsedSeries>,
    /// Rows that cannot be stored, and why.
    pub(super) refused: Vec<(Row, String)>,
    /// Rows that repeat another in every value.
    pub(super) duplicates: u64,
}

impl Settled {
    /// Settles the rows of every series as candles of `interval`, or of what its key says.
    pub(super) fn of(series: Vec<(SeriesKey, Vec<Row>)>, interval: Option<Interval>) -> Self {
        let mut settled = Self::default();
        for (key, rows) in series {
            let interval = interval.unwrap_or(key.interval());
            let candles = settled.take(rows, interval);
            if !candles.is_empty() {
                let key = key.with_interval(interval);
                settled.series.push(ParsedSeries { key, candles });
            }
        }
        settled
    }

    fn take(&mut self, rows: Vec<Row>, interval: Interval) -> Vec<Candle> {
        let mut on_grid: Vec<Row> = Vec::with_capacity(rows.len());
        for row in rows {
            match row.candle.check_for(interval) {
                Ok(()) => on_grid.push(row),
                Err(error) => self.refused.push((row, reason(error))),
            }
        }
        on_grid.sort_by_key(|row| row.candle.open_time);
        let mut candles: Vec<Candle> = Vec::with_capacity(on_grid.len());
        let mut line_of_last = 0;
        for row in on_grid {
            match candles.last() {
                Some(last) if *last == row.candle => self.duplicates += 1,
                Some(last) if last.open_time == row.candle.open_time => {
                    let reason = format!(
                        "{} is there twice with different values: keep line {line_of_last} or line {}",
                        last.open_time, row.line
                    );
                    self.refused.push((row, reason));
                }
                _ => {
                    line_of_last = row.line;
                    candles.push(row.candle);
                }
            }
        }
        candles
    }
}

fn reason(error: ModelError) -> String {
    match error {
        ModelError::InvalidCandle { open_time, violation } => {
            format!("{open_time}: {}", violation.reason)
        }
        other => other.to_string(),
    }
}
