//! Reading candle files: files in, checked candles or reasons out. Nothing here knows a database.
//!
//! A file is read twice: once to learn how it writes times and numbers, which one row cannot tell,
//! and once for its candles.

use std::collections::HashSet;
use std::path::Path;

use candle_repository::{Candle, Interval, SeriesKey, Timestamp};

mod calendar;
mod clock;
mod columns;
mod dates;
mod error;
mod headerless;
mod infer_interval;
mod klines;
mod known_names;
mod layout;
mod naming;
mod notes;
mod number;
mod options;
mod records;
mod rejects;
mod rows;
mod settle;
mod source;
mod survey;
#[cfg(test)]
mod tests;
mod time_format;
mod unix_time;

pub(crate) use error::ImportError;
pub(crate) use options::ImportOptions;
pub(crate) use rejects::{Reject, rejects_path, write_rejects};

use layout::Layout;
use naming::Naming;
use rows::{RowReader, Rows};
use settle::Settled;
use survey::Survey;

/// What a file holds.
#[derive(Debug)]
pub(crate) struct ParsedFile {
    /// Its candles, by series in the order in which the file first names them; never empty.
    pub(crate) series: Vec<ParsedSeries>,
    /// The rows that were left out, by line.
    pub(crate) rejects: Vec<Reject>,
    /// How many rows of data it has.
    pub(crate) rows: u64,
    /// How many of them repeat another in every value, and were dropped.
    pub(crate) duplicates: u64,
    /// What a person should know about how it was read.
    pub(crate) notes: Vec<String>,
}

impl ParsedFile {
    /// How many symbols it is about.
    pub(crate) fn symbols(&self) -> usize {
        let name = |series: &ParsedSeries| series.key.name();
        self.series.iter().map(name).collect::<HashSet<_>>().len()
    }
}

/// The candles of one series, by open time, each once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ParsedSeries {
    pub(crate) key: SeriesKey,
    pub(crate) candles: Vec<Candle>,
}

/// Reads a file and checks every row; `on_progress` hears how many bytes have been read.
///
/// # Errors
/// [`ImportError`]: about the file, or [`ImportError::BadRows`] with every bad row unless they are
/// to be skipped.
pub(crate) fn parse_file(
    path: &Path,
    options: &ImportOptions,
    on_progress: &mut dyn FnMut(u64),
) -> Result<ParsedFile, ImportError> {
    parse_bytes(path, &source::read(path)?, options, on_progress)
}

/// As [`parse_file`], for the content of a file; `path` is its name in messages.
pub(crate) fn parse_bytes(
    path: &Path,
    bytes: &[u8],
    options: &ImportOptions,
    on_progress: &mut dyn FnMut(u64),
) -> Result<ParsedFile, ImportError> {
    let text = source::text_of(path, bytes)?;
    let layout = Layout::detect(path, text)?;
    if layout.records(text).advance().is_none() {
        return Err(ImportError::NoRows { path: path.to_owned() });
    }
    let naming = Naming::find(path, &layout, options)?;
    let survey = Survey::of(path, text, &layout)?;
    let reader = RowReader { path, text, layout: &layout, survey: &survey, naming: &naming };
    let rows = reader.read_all(on_progress)?;
    let notes = notes::about(&layout, &survey, &naming, options, &rows);
    let parsed = settle(&reader, rows, notes, options)?;
    on_progress(bytes.len() as u64);
    Ok(parsed)
}

fn settle(
    reader: &RowReader<'_>,
    rows: Rows,
    mut notes: Vec<String>,
    options: &ImportOptions,
) -> Result<ParsedFile, ImportError> {
    let Rows { mut series, mut rejects, read, .. } = rows;
    let bad_rows =
        |rejects| ImportError::BadRows { path: reader.path.to_owned(), rejects, rows: read };
    if series.is_empty() {
        return Err(bad_rows(rejects));
    }
    let stated = options.interval.or(reader.survey.stated_interval);
    if dates::keep_local_dates(&mut series, stated) {
        notes
            .push("times are midnights of another clock than UTC: stored under their dates".into());
    }
    let interval = match reader.naming.says_intervals() {
        true => None,
        false => match interval(reader, &series, &mut notes, options) {
            Err(ImportError::NoInterval { .. }) if !rejects.is_empty() && !options.skip_bad => {
                return Err(bad_rows(rejects));
            }
            interval => Some(interval?),
        },
    };
    let Settled { series, refused, duplicates } = Settled::of(series, interval);
    let time_column = reader.time_column();
    rejects.extend(refused.into_iter().map(|(row, reason)| {
        reader.reject(row.line, &row.span, Some(time_column.clone()), reason)
    }));
    rejects.sort_by_key(|reject| reject.line);
    if series.is_empty() || !(rejects.is_empty() || options.skip_bad) {
        return Err(bad_rows(rejects));
    }
    Ok(ParsedFile { series, rejects, rows: read, duplicates, notes })
}

/// The interval of every row: as it was given, else as the times show it.
fn interval(
    reader: &RowReader<'_>,
    series: &[(SeriesKey, Vec<rows::Row>)],
    notes: &mut Vec<String>,
    options: &ImportOptions,
) -> Result<Interval, ImportError> {
    let found = reader.survey.stated_interval.map_or_else(|| spacing(series), Ok);
    match (options.interval, found) {
        (Some(given), Ok(found)) if given != found => {
            notes.push(format!("the candles look like {found}; read as {given}, as given"));
            Ok(given)
        }
        (Some(given), _) => Ok(given),
        (None, Ok(found)) => {
            notes.push(format!("interval {found} found in the times"));
            Ok(found)
        }
        (None, Err(reason)) => {
            Err(ImportError::NoInterval { path: reader.path.to_owned(), reason })
        }
    }
}

fn spacing(series: &[(SeriesKey, Vec<rows::Row>)]) -> Result<Interval, String> {
    let times = |(_, rows): &(SeriesKey, Vec<rows::Row>)| {
        let mut times: Vec<Timestamp> = rows.iter().map(|row| row.candle.open_time).collect();
        times.sort_unstable();
        times.dedup();
        times
    };
    infer_interval::from_spacing(&series.iter().map(times).collect::<Vec<_>>())
}
