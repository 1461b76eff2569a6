//! Rows under named columns.

use super::cell::Cell;
use super::column::Column;

/// Rows of `N` columns, to be printed in any [`Format`](super::format::Format).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Report<const N: usize> {
    pub(super) columns: [Column; N],
    pub(super) rows: Vec<[Cell; N]>,
}

impl<const N: usize> Report<N> {
    /// A report without rows.
    pub(crate) const fn new(columns: [Column; N]) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: [Cell; N]) {
        self.rows.push(row);
    }

    /// Whether there are no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    pub(in crate::output) fn candles() -> Report<5> {
        let mut report = Report::new([
            Column::text("symbol", "symbol"),
            Column::time("open_time", "open time (UTC)"),
            Column::number("close", "close"),
            Column::quantity("volume", "volume"),
            Column::quantity("trades", "trades"),
        ]);
        let at = |text: &str| Cell::Time(text.parse().unwrap());
        report.push([
            "AAPL".into(),
            at("2024-01-02T09:30"),
            185.64.into(),
            82_488_700.0.into(),
            1_009_074_u64.into(),
        ]);
        report.push([
            "BTC,\"perp\"\n\u{1b}[31m".into(),
            at("2024-01-03"),
            1e-8.into(),
            1234.5.into(),
            (-12_i64).into(),
        ]);
        report.push([
            Cell::Null,
            at("2024-01-03T00:01"),
            f64::NAN.into(),
            999.0.into(),
            None::<u64>.into(),
        ]);
        report
    }
}
