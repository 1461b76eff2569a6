//! The columns that name series.

use std::ops::Range;

use arrow_array::{Array, RecordBatch, StringArray};
use db_port::{DbError, Result, column};
use market_model::SeriesKey;

/// The columns `exchange`, `symbol` and `interval` of a batch.
#[derive(Debug)]
pub(crate) struct SeriesNames<'a> {
    exchange: &'a StringArray,
    symbol: &'a StringArray,
    interval: &'a StringArray,
}

impl<'a> SeriesNames<'a> {
    pub(crate) fn of(batch: &'a RecordBatch) -> Result<Self> {
        Ok(Self {
            exchange: column(batch, "exchange")?,
            symbol: column(batch, "symbol")?,
            interval: column(batch, "interval")?,
        })
    }

    /// The series of a row.
    pub(crate) fn key(&self, row: usize) -> Result<SeriesKey> {
        let interval = self.interval.value(row).parse();
        interval
            .and_then(|interval| {
                SeriesKey::new(self.exchange.value(row), self.symbol.value(row), interval)
            })
            .map_err(|error| DbError::UnexpectedResult {
                expected: "the name of a series".into(),
                found: error.to_string(),
            })
    }

    /// The series of every row.
    pub(crate) fn keys(&self) -> Result<Vec<SeriesKey>> {
        (0..self.exchange.len()).map(|row| self.key(row)).collect()
    }

    /// Rows that follow each other and are of one series.
    pub(crate) fn runs(&self) -> impl Iterator<Item = Range<usize>> {
        let rows = self.exchange.len();
        let mut start = 0;
        std::iter::from_fn(move || {
            let first = (start < rows).then_some(start)?;
            start = (first..rows).find(|&row| !self.same(first, row)).unwrap_or(rows);
            Some(first..start)
        })
    }

    fn same(&self, a: usize, b: usize) -> bool {
        [self.symbol, self.exchange, self.interval]
            .iter()
            .all(|text| text.value(a) == text.value(b))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::ArrayRef;

    use super::*;

    #[test]
    fn runs_end_where_any_part_of_the_name_changes() {
        let text = |values: &[&str]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
        let batch = |rows: usize| {
            RecordBatch::try_from_iter([
                ("exchange", text(&["", "", "", "X", "X"][..rows])),
                ("symbol", text(&["A", "A", "A", "A", "B"][..rows])),
                ("interval", text(&["1d", "1d", "1h", "1h", "1h"][..rows])),
            ])
            .unwrap()
        };
        let runs = |rows| {
            let batch = batch(rows);
            SeriesNames::of(&batch).unwrap().runs().collect::<Vec<_>>()
        };
        assert_eq!(runs(5), [0..2, 2..3, 3..4, 4..5]);
        assert_eq!(runs(3), [0..2, 2..3]);
        assert!(runs(0).is_empty());
    }
}
