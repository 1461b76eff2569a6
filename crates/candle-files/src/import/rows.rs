//! From records to candles.

use std::collections::{BTreeSet, HashMap};

use market_model::{Candle, Interval, ModelError, SymbolName, Timestamp, Violation};

use super::columns::TimeColumns;
use super::layout::Layout;
use super::naming::{Named, Naming};
use super::records::{Record, Records};
use super::reject::{Reject, shown};
use super::sniffer::Dialect;

/// What is known of a candle beside its values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// The record it stands in.
    pub(crate) record: usize,
    /// Whether there is anything in the column for the volume.
    pub(crate) has_volume: bool,
    /// Whether its numbers can be those of a candle.
    pub(crate) is_possible: bool,
    /// How far the clock of the file is ahead of UTC in milliseconds; `None` where it is not said.
    pub(crate) offset: Option<i32>,
}

/// The rows of one series, in the order of the file.
#[derive(Debug)]
pub(crate) struct SeriesRows {
    pub(crate) name: SymbolName,
    /// The interval, if a column says it.
    pub(crate) interval: Option<Interval>,
    /// Its candles as they are written.
    pub(crate) candles: Vec<Candle>,
    /// One for each candle.
    pub(crate) rows: Vec<Row>,
}

impl SeriesRows {
    /// The candles with their rows.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Candle, &Row)> {
        self.candles.iter().zip(&self.rows)
    }

    /// The same, without those whose numbers cannot be those of a candle.
    pub(crate) fn possible(&self) -> impl Iterator<Item = (&Candle, &Row)> {
        self.iter().filter(|(_, row)| row.is_possible)
    }
}

/// The rows of a file.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// By series, in the order in which the file first has a row of each.
    pub(crate) series: Vec<SeriesRows>,
    /// The symbols that say with a leading colon that they have no exchange.
    pub(crate) without_exchange: BTreeSet<SymbolName>,
    pub(crate) rejects: Vec<Reject>,
}

/// Reads the rows of one file.
pub(crate) struct RowReader<'a> {
    pub(crate) records: &'a Records<'a>,
    pub(crate) layout: &'a Layout,
    pub(crate) dialect: &'a Dialect,
    pub(crate) naming: &'a Naming,
}

/// Why a row is bad, and the column if one is to blame.
struct RowError {
    column: Option<String>,
    reason: String,
}

/// The series that were named so far.
#[derive(Default)]
struct Places<'a> {
    by_label: HashMap<[&'a str; 3], usize>,
    by_name: HashMap<(SymbolName, Option<Interval>), usize>,
    /// Whether a symbol is written with a leading colon.
    colons: HashMap<SymbolName, bool>,
}

/// How many rows are read between two reports of progress.
const REPORT_EVERY: usize = 1024;

impl<'a> RowReader<'a> {
    /// Reads them all, and reports the bytes read now and then.
    pub(crate) fn read_all(&self, on_progress: &mut dyn FnMut(u64)) -> Rows {
        let (mut rows, mut places) = (Rows::default(), Places::default());
        for (index, record) in self.records.iter().enumerate() {
            if let Err(RowError { column, reason }) =
                self.read(index, record, &mut places, &mut rows)
            {
                rows.rejects.push(reject(record, column, reason));
            }
            if (index + 1).is_multiple_of(REPORT_EVERY) {
                on_progress(record.end() as u64);
            }
        }
        rows.series.retain(|series| !series.rows.is_empty());
        rows.series.sort_by_key(|series| series.rows.first().map(|row| row.record));
        rows
    }

    /// A reject of a record, because its candle cannot exist.
    pub(crate) fn impossible(&self, record: usize, violation: Violation) -> Reject {
        let columns = &self.layout.columns;
        let column = match violation.field {
            "open" => columns.open,
            "high" => columns.high,
            "low" => columns.low,
            "close" => columns.close,
            _ => columns.volume.unwrap_or(columns.close),
        };
        let RowError { column, reason } = self.bad_cell(column, violation.reason);
        reject(self.records.get(record), column, reason)
    }

    /// A reject of a record, because its time cannot be that of its candle.
    pub(crate) fn badly_timed(&self, record: usize, reason: String) -> Reject {
        reject(self.records.get(record), Some(self.time_column()), reason)
    }

    /// The name of the column of the time, or of both.
    fn time_column(&self) -> String {
        let names = &self.layout.names;
        match self.dialect.time {
            TimeColumns::One(column) => names[column].clone(),
            TimeColumns::Two(date, clock) => format!("{} + {}", names[date], names[clock]),
        }
    }

    fn read(
        &self,
        index: usize,
        record: Record<'a>,
        places: &mut Places<'a>,
        rows: &mut Rows,
    ) -> Result<(), RowError> {
        let cells = record.cells().map_err(|column| {
            self.bad_cell(column, "it is not UTF-8: save the file as UTF-8".into())
        })?;
        self.check_width(&cells)?;
        let columns = &self.layout.columns;
        let text = self.dialect.time.text(&cells).unwrap_or_default();
        let moment = self.dialect.format.read(&text).map_err(|reason| self.bad_time(reason))?;
        let open_time = Timestamp::from_millis(moment.utc()).map_err(|error| {
            self.bad_time(match error {
                ModelError::InvalidTime { reason, .. } => format!("{}: {reason}", shown(&text)),
                other => other.to_string(),
            })
        })?;
        let series = self.series_of(&cells, places, rows)?;
        let price = |column| self.number(&cells, column);
        let volume = columns.volume.filter(|column| !cells[*column].is_empty());
        let candle = Candle {
            open_time,
            open: price(columns.open)?,
            high: price(columns.high)?,
            low: price(columns.low)?,
            close: price(columns.close)?,
            volume: volume.map_or(Ok(0.0), price)?,
        };
        rows.series[series].candles.push(candle);
        rows.series[series].rows.push(Row {
            record: index,
            has_volume: volume.is_some(),
            is_possible: candle.violation().is_none(),
            offset: moment.offset,
        });
        Ok(())
    }

    /// The series of a row. Its name is read where its cells are seen for the first time.
    fn series_of(
        &self,
        cells: &[&'a str],
        places: &mut Places<'a>,
        rows: &mut Rows,
    ) -> Result<usize, RowError> {
        let label = self.naming.label(cells);
        if let Some(place) = places.by_label.get(&label) {
            return Ok(*place);
        }
        let Named { name, has_no_exchange, interval } =
            self.naming.read(cells).map_err(|(column, reason)| self.bad_cell(column, reason))?;
        if *places.colons.entry(name.clone()).or_insert(has_no_exchange) != has_no_exchange {
            let column = self.naming.symbol_column().and_then(|column| self.name_of(column));
            let symbol = name.symbol();
            let reason = format!(
                "the file has both {symbol} and :{symbol}, which has no exchange: write one of the two"
            );
            return Err(RowError { column, reason });
        }
        if has_no_exchange {
            rows.without_exchange.insert(name.clone());
        }
        let place = *places.by_name.entry((name.clone(), interval)).or_insert_with(|| {
            rows.series.push(SeriesRows { name, interval, candles: Vec::new(), rows: Vec::new() });
            rows.series.len() - 1
        });
        places.by_label.insert(label, place);
        Ok(place)
    }

    fn check_width(&self, cells: &[&str]) -> Result<(), RowError> {
        let (width, all) = (self.layout.width(), self.layout.names.len());
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
            cell => self.dialect.mark.read(cell).map_err(|reason| self.bad_cell(column, reason)),
        }
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

fn reject(record: Record<'_>, column: Option<String>, reason: String) -> Reject {
    Reject { line: record.line(), column, reason, record: record.text() }
}
