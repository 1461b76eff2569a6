//! From records to candles.

use std::ops::{ControlFlow, Range};

use market_model::{Candle, ModelError, Timestamp, Violation};

use super::columns::TimeColumns;
use super::dates::common::LastDate;
use super::dialect::Dialect;
use super::fixed_point;
use super::layout::Layout;
use super::lookup::Lookup;
use super::naming::Naming;
use super::records::{Record, Records};
use super::reject::{Reject, shown};
use super::rows::{BadRow, Row, RowError, Rows, SeriesRows};
use super::sniffer::Sniffer;

/// Reads the rows of one file.
#[derive(Clone, Copy)]
pub(crate) struct RowReader<'a> {
    pub(crate) lookup: &'a Lookup<'a>,
    pub(crate) layout: &'a Layout,
    pub(crate) dialect: &'a Dialect,
    pub(crate) naming: &'a Naming,
}

/// What is kept from row to row.
#[derive(Default)]
pub(crate) struct Kept {
    joined: String,
    last_date: LastDate,
}

impl RowReader<'_> {
    /// Reads those of a piece, which `sniffer` looks at as well.
    pub(crate) fn read(
        &self,
        records: &Records<'_>,
        piece: Range<usize>,
        sniffer: &mut Sniffer<'_>,
    ) -> Rows {
        let mut rows = Rows::default();
        self.read_on(records, piece, sniffer, &mut rows, &mut Kept::default());
        rows
    }

    /// As [`RowReader::read`], for a piece that goes on where `rows` end.
    pub(crate) fn read_on(
        &self,
        records: &Records<'_>,
        piece: Range<usize>,
        sniffer: &mut Sniffer<'_>,
        rows: &mut Rows,
        kept: &mut Kept,
    ) {
        let end = records.visit(piece, |record| {
            rows.count += 1;
            rows.last = record.start;
            if let Err(error) = self.read_row(&record, sniffer, rows, kept) {
                rows.bad.push(BadRow { start: record.start, error });
            }
            ControlFlow::Continue(())
        });
        rows.end = records.behind(end);
    }

    fn read_row(
        &self,
        record: &Record<'_>,
        sniffer: &mut Sniffer<'_>,
        rows: &mut Rows,
        Kept { joined, last_date }: &mut Kept,
    ) -> Result<(), RowError> {
        let cells = record.cells.map_err(|column| {
            self.bad_cell(column, "it is not UTF-8: save the file as UTF-8".into())
        })?;
        let text = self.dialect.time.text(cells, joined);
        let common = text.and_then(|text| self.dialect.format.read_common(text, last_date));
        if let Some(text) = text {
            sniffer.look(cells, text, common.is_some());
        }
        self.check_width(cells)?;
        let text = text.unwrap_or_default();
        let moment = match common {
            Some(moment) => moment,
            None => self.dialect.format.read(text).map_err(|reason| self.bad_time(reason))?,
        };
        let settled = moment.settle(self.dialect.timezone);
        let open_time = Timestamp::from_millis(settled.utc).map_err(|error| {
            self.bad_time(match error {
                ModelError::InvalidTime { reason, .. } => format!("{}: {reason}", shown(text)),
                other => other.to_string(),
            })
        })?;
        let series = &mut rows.series;
        let add = |name, interval| series.push(SeriesRows::new(name, interval));
        let place = rows.places.of(cells, self.naming, add).map_err(|(column, reason)| {
            RowError { column: column.and_then(|column| self.name_of(column)), reason }
        })?;
        let columns = &self.layout.columns;
        let price = |column| self.number(cells, column);
        let volume = columns.volume.filter(|column| !cells[*column].is_empty());
        let candle = Candle {
            open_time,
            open: price(columns.open)?,
            high: price(columns.high)?,
            low: price(columns.low)?,
            close: price(columns.close)?,
            volume: volume.map_or(Ok(0.0), price)?,
        };
        let series = &mut rows.series[place];
        series.candles.push(candle);
        series.rows.push(Row {
            start: record.start,
            ahead: settled.ahead,
            clock: settled.clock,
            is_date: moment.is_date,
            has_volume: volume.is_some(),
            is_possible: candle.violation().is_none(),
        });
        Ok(())
    }

    /// A reject of a row, because its candle cannot exist.
    pub(crate) fn impossible(&self, row: &Row, violation: Violation) -> Reject {
        let columns = &self.layout.columns;
        let column = match violation.field {
            "open" => columns.open,
            "high" => columns.high,
            "low" => columns.low,
            "close" => columns.close,
            _ => columns.volume.unwrap_or(columns.close),
        };
        self.reject(row.start, self.bad_cell(column, violation.reason))
    }

    /// A reject of a row, because its time cannot be that of its candle.
    pub(crate) fn badly_timed(&self, row: &Row, reason: String) -> Reject {
        self.reject(row.start, self.bad_time(reason))
    }

    /// A reject of the row at `start`.
    pub(crate) fn reject(&self, start: usize, error: RowError) -> Reject {
        let RowError { column, reason } = error;
        let (line, record) = (self.lookup.line(start), self.lookup.text(start));
        Reject { line, column, reason, record }
    }

    /// The name of the column of the time, or of both.
    fn time_column(&self) -> String {
        let names = &self.layout.names;
        match self.dialect.time {
            TimeColumns::One(column) => names[column].clone(),
            TimeColumns::Two(date, clock) => format!("{} + {}", names[date], names[clock]),
        }
    }

    fn check_width(&self, cells: &[&str]) -> Result<(), RowError> {
        let (width, all) = (self.layout.width, self.layout.names.len());
        let beyond = cells.iter().skip(all).any(|cell| !cell.is_empty());
        if cells.len() < width || beyond {
            let reason = format!("it has {} fields instead of {width}", cells.len());
            return Err(RowError { column: None, reason });
        }
        Ok(())
    }

    fn number(&self, cells: &[&str], column: usize) -> Result<f64, RowError> {
        match cells[column] {
            "" => Err(self.bad_cell(column, "the price is empty".into())),
            cell if self.is_fixed_point(column, cell) => {
                fixed_point::read(cell).map_err(|reason| self.bad_cell(column, reason))
            }
            cell => self.dialect.mark.read(cell).map_err(|reason| self.bad_cell(column, reason)),
        }
    }

    fn is_fixed_point(&self, column: usize, cell: &str) -> bool {
        let columns = &self.layout.columns;
        columns.has_fixed_point && columns.volume != Some(column) && !cell.contains('.')
    }

    fn bad_cell(&self, column: usize, reason: String) -> RowError {
        RowError { column: self.name_of(column), reason }
    }

    fn name_of(&self, column: usize) -> Option<String> {
        self.layout.names.get(column).cloned()
    }

    fn bad_time(&self, reason: String) -> RowError {
        RowError { column: Some(self.time_column()), reason }
    }
}
