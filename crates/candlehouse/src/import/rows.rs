//! From records to candles.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use candle_repository::{Candle, ModelError, SeriesKey, Timestamp};

use super::columns::TimeColumns;
use super::layout::Layout;
use super::naming::Naming;
use super::records::Record;
use super::rejects::shown;
use super::survey::Survey;
use super::{ImportError, Reject};

/// A candle and where it stands.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) candle: Candle,
    /// How far the clock of the file is ahead of UTC in milliseconds; `None` where it is not said.
    pub(super) offset: Option<i32>,
    pub(super) line: u64,
    pub(super) span: Range<usize>,
}

/// The rows of a file by series, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) series: Vec<(SeriesKey, Vec<Row>)>,
    pub(super) rejects: Vec<Reject>,
    /// How many there were, good and bad.
    pub(super) read: u64,
    /// How many had a column for the volume and nothing in it.
    pub(super) without_volume: u64,
    /// Whether the last line has no line end.
    pub(super) unfinished: bool,
    places: HashMap<SeriesKey, usize>,
}

/// Reads the rows of one file.
pub(super) struct RowReader<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a [u8],
    pub(super) layout: &'a Layout,
    pub(super) survey: &'a Survey,
    pub(super) naming: &'a Naming,
}

/// Why a row is bad, and the column if one is to blame.
struct Flaw {
    column: Option<String>,
    reason: String,
}

/// How many rows are read between two reports of progress.
const REPORT_EVERY: u64 = 1024;

impl RowReader<'_> {
    /// Reads them all, and reports the bytes read now and then.
    pub(super) fn read_all(&self, on_progress: &mut dyn FnMut(u64)) -> Result<Rows, ImportError> {
        let mut rows = Rows::default();
        let mut records = self.layout.records(self.text);
        while let Some(record) = records.advance() {
            self.check_end(&record)?;
            rows.read += 1;
            rows.unfinished = record.unfinished;
            match self.read(&record) {
                Ok((key, row, has_volume)) => rows.push(key, row, has_volume),
                Err(Flaw { column, reason }) => {
                    let reject = self.reject(record.line, &record.span, column, reason);
                    rows.rejects.push(reject);
                }
            }
            if rows.read.is_multiple_of(REPORT_EVERY) {
                on_progress(record.span.end as u64);
            }
        }
        Ok(rows)
    }

    /// A reject of the row on `span`.
    pub(super) fn reject(
        &self,
        line: u64,
        span: &Range<usize>,
        column: Option<String>,
        reason: String,
    ) -> Reject {
        let record = String::from_utf8_lossy(&self.text[span.clone()]).into_owned();
        Reject { line, column, reason, record }
    }

    /// The name of the column of the time, or of both.
    pub(super) fn time_column(&self) -> String {
        let names = &self.layout.names;
        match self.survey.time {
            TimeColumns::One(column) => names[column].clone(),
            TimeColumns::Two(date, clock) => format!("{} + {}", names[date], names[clock]),
        }
    }

    fn check_end(&self, record: &Record<'_>) -> Result<(), ImportError> {
        let (path, line) = (self.path.to_owned(), record.line);
        if record.unclosed_quote {
            return Err(ImportError::UnclosedQuote { path, line });
        }
        if record.unfinished && record.width() < self.layout.width() {
            return Err(ImportError::CutOff { path, line });
        }
        Ok(())
    }

    fn read(&self, record: &Record<'_>) -> Result<(SeriesKey, Row, bool), Flaw> {
        let cells = record.cells().map_err(|column| Flaw {
            column: self.layout.names.get(column).cloned(),
            reason: "it is not UTF-8: save the file as UTF-8".into(),
        })?;
        self.check_width(&cells)?;
        let columns = &self.layout.columns;
        let text = self.survey.time.text(&cells).unwrap_or_default();
        let moment = self.survey.format.read(&text).map_err(|reason| self.time_flaw(reason))?;
        let open_time = Timestamp::from_millis(moment.utc()).map_err(|error| {
            self.time_flaw(match error {
                ModelError::InvalidTime { reason, .. } => format!("{}: {reason}", shown(&text)),
                other => other.to_string(),
            })
        })?;
        let key = self.naming.key(&cells).map_err(|(column, reason)| self.flaw(column, reason))?;
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
        if let Some(violation) = candle.violation() {
            let column = match violation.field {
                "open" => columns.open,
                "high" => columns.high,
                "low" => columns.low,
                "close" => columns.close,
                _ => volume.unwrap_or(columns.close),
            };
            return Err(self.flaw(column, violation.reason));
        }
        let row =
            Row { candle, offset: moment.offset, line: record.line, span: record.span.clone() };
        Ok((key, row, volume.is_some()))
    }

    fn check_width(&self, cells: &[&str]) -> Result<(), Flaw> {
        let (width, all) = (self.layout.width(), self.layout.names.len());
        let beyond = cells.iter().skip(all).any(|cell| !cell.is_empty());
        if cells.len() < width || beyond {
            let reason = format!("it has {} fields instead of {width}", cells.len());
            return Err(Flaw { column: None, reason });
        }
        Ok(())
    }

    fn number(&self, cells: &[&str], column: usize) -> Result<f64, Flaw> {
        match cells[column] {
            "" => Err(self.flaw(column, "the price is empty".into())),
            cell => self.survey.mark.read(cell).map_err(|reason| self.flaw(column, reason)),
        }
    }

    fn flaw(&self, column: usize, reason: String) -> Flaw {
        Flaw { column: self.layout.names.get(column).cloned(), reason }
    }

    fn time_flaw(&self, reason: String) -> Flaw {
        Flaw { column: Some(self.time_column()), reason }
    }
}

impl Rows {
    fn push(&mut self, key: SeriesKey, row: Row, has_volume: bool) {
        self.without_volume += u64::from(!has_volume);
        let place = match self.places.get(&key) {
            Some(place) => *place,
            None => {
                self.places.insert(key.clone(), self.series.len());
                self.series.push((key, Vec::new()));
                self.series.len() - 1
            }
        };
        self.series[place].1.push(row);
    }
}
