//! From rows to series: possible, on the grid, in order, each time once.

use market_model::{
    CleanedCandles, Interval, RejectedCandle, Rejection, SeriesKey, SortedCandles, Violation,
};

use super::reject::Reject;
use super::row_reader::RowReader;
use super::rows::{Row, SeriesRows};

/// What became of the rows.
#[derive(Debug, Default)]
pub(crate) struct Deduplicated {
    /// The series that have candles.
    pub(crate) series: Vec<SortedCandles>,
    /// Rows that cannot be stored, and why.
    pub(crate) rejects: Vec<Reject>,
    /// How many rows repeat another in every value.
    pub(crate) duplicates: u64,
}

impl Deduplicated {
    /// The rows of every series as candles of `interval`, or of the interval that a column says.
    pub(crate) fn of(
        series: Vec<SeriesRows>,
        interval: Option<Interval>,
        reader: &RowReader<'_>,
    ) -> Self {
        let mut all = Self::default();
        for SeriesRows { name, interval: own, candles, rows } in series {
            // One of the two is always known.
            let Some(interval) = own.or(interval) else { continue };
            let cleaned = CleanedCandles::of(SeriesKey::of(name, interval), candles);
            all.duplicates += cleaned.duplicates;
            let rejected = cleaned.rejected.into_iter();
            all.rejects.extend(rejected.map(|rejected| reject(rejected, &rows, interval, reader)));
            if !cleaned.candles.is_empty() {
                all.series.push(cleaned.candles);
            }
        }
        all
    }
}

fn reject(
    rejected: RejectedCandle,
    rows: &[Row],
    interval: Interval,
    reader: &RowReader<'_>,
) -> Reject {
    let RejectedCandle { index, open_time, reason } = rejected;
    let row = &rows[index];
    let line = |index: usize| reader.lookup.line(rows[index].start);
    match reason {
        Rejection::Invalid(Violation { field: "open_time", reason }) => {
            let end = match interval > Interval::DAY {
                true => "; if it is the end of its candle, give --stamp close",
                false => "",
            };
            reader.badly_timed(row, format!("{open_time}: {reason}{end}"))
        }
        Rejection::Invalid(violation) => reader.impossible(row, violation),
        Rejection::Conflict { kept } => reader.badly_timed(
            row,
            format!(
                "{open_time} is there twice with different values: keep line {} or line {}",
                line(kept),
                line(index)
            ),
        ),
    }
}
