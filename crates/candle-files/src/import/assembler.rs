//! From the rows of a file to its candles, or to the reasons why there are none.

use std::path::Path;

use market_model::{Interval, Timestamp};

use super::dedup::Deduplicated;
use super::error::ImportError;
use super::file::CandleFile;
use super::options::{ImportOptions, Stamp};
use super::reading;
use super::reject::Reject;
use super::repeated_hours;
use super::row_reader::RowReader;
use super::rows::{Row, Rows, SeriesRows};
use super::spacing::from_spacing;
use super::stamps::{from_ends, to_openings};
use super::trading_dates::keep_dates;

/// Makes candles of rows.
pub(crate) struct Assembler<'a> {
    pub(crate) path: &'a Path,
    pub(crate) reader: RowReader<'a>,
    pub(crate) options: &'a ImportOptions,
    /// What is to be said beside the candles.
    pub(crate) warnings: Vec<String>,
}

impl Assembler<'_> {
    /// The content of the file.
    ///
    /// # Errors
    /// [`ImportError::BadRows`] and [`ImportError::NoInterval`].
    pub(crate) fn assemble(mut self, rows: Rows) -> Result<CandleFile, ImportError> {
        let Rows { mut series, places, bad, count, .. } = rows;
        series.retain(|series| !series.rows.is_empty());
        series.sort_by_key(|series| series.rows.first().map(|row| row.start));
        let bad = bad.into_iter().map(|row| self.reader.reject(row.start, row.error));
        let mut rejects: Vec<_> = bad.collect();
        let stated = self.options.interval.or(self.reader.dialect.stated_interval);
        if self.options.stamp == Stamp::Open {
            let dates = keep_dates(&mut series, stated, self.options);
            self.warnings.extend(dates.map_err(|(times, advice)| ImportError::UncertainDates {
                path: self.path.to_owned(),
                times,
                advice,
            })?);
        }
        let interval = match self.reader.naming.says_intervals() {
            true => Ok(None),
            false => self.interval(&series).map(Some),
        };
        let interval = match interval {
            Ok(interval) => interval,
            Err(reason) => {
                rejects.extend(self.impossible(&series));
                let all_are_bad = rejects.len() == count;
                return match all_are_bad || !(rejects.is_empty() || self.options.skip_bad) {
                    true => Err(self.bad_rows(rejects, count)),
                    false => Err(ImportError::NoInterval { path: self.path.to_owned(), reason }),
                };
            }
        };
        let of_time = self.settle_times(&mut series, interval);
        rejects.extend(of_time);
        series.retain(|series| !series.rows.is_empty());
        let Deduplicated { series, rejects: refused, duplicates } =
            Deduplicated::of(series, interval, &self.reader);
        rejects.extend(refused);
        if series.is_empty() || !(rejects.is_empty() || self.options.skip_bad) {
            return Err(self.bad_rows(rejects, count));
        }
        rejects.sort_by_key(|reject| reject.line);
        let (rows, warnings) = (count as u64, self.warnings);
        let without_exchange = places.without_exchange();
        let read_as = reading::describe(self.reader.layout, self.reader.dialect, self.options);
        Ok(CandleFile { series, without_exchange, rejects, rows, duplicates, read_as, warnings })
    }

    /// Settles times that need the interval, and gives rows whose times cannot be.
    fn settle_times(&self, series: &mut [SeriesRows], found: Option<Interval>) -> Vec<Reject> {
        let mut bad: Vec<(Row, String)> = Vec::new();
        for series in series {
            let Some(interval) = series.interval.or(found) else { continue };
            if interval < Interval::DAY {
                bad.extend(repeated_hours::settle(series));
            }
            if self.options.stamp == Stamp::Close {
                bad.extend(to_openings(series, interval));
            }
        }
        bad.into_iter().map(|(row, reason)| self.reader.badly_timed(&row, reason)).collect()
    }

    /// The rows whose numbers cannot be those of a candle.
    fn impossible(&self, series: &[SeriesRows]) -> Vec<Reject> {
        let rows = series.iter().flat_map(SeriesRows::iter);
        rows.filter_map(|(candle, row)| Some(self.reader.impossible(row, candle.violation()?)))
            .collect()
    }

    fn bad_rows(&self, mut rejects: Vec<Reject>, count: usize) -> ImportError {
        rejects.sort_by_key(|reject| reject.line);
        let rows = count as u64;
        ImportError::BadRows { path: self.path.to_owned(), rejects, rows }
    }

    /// The interval of every row: as it was given, else as the times show it.
    ///
    /// # Errors
    /// Why they show none.
    fn interval(&mut self, series: &[SeriesRows]) -> Result<Interval, String> {
        let found = self
            .reader
            .dialect
            .stated_interval
            .map_or_else(|| spacing(series, self.options.stamp), Ok);
        let (interval, warning) = match (self.options.interval, found) {
            (Some(given), Ok(found)) if given != found => {
                (given, format!("the candles look like {found}; read as {given}, as given"))
            }
            (Some(given), _) => return Ok(given),
            (None, found) => {
                let found = found?;
                (found, format!("interval {found} found in the times"))
            }
        };
        self.warnings.push(warning);
        Ok(interval)
    }
}

fn spacing(series: &[SeriesRows], stamp: Stamp) -> Result<Interval, String> {
    if stamp == Stamp::Close {
        return from_ends(series);
    }
    let times = |series: &SeriesRows| {
        let mut times: Vec<Timestamp> = Vec::with_capacity(series.rows.len());
        times.extend(series.possible().map(|(candle, _)| candle.open_time));
        times.sort_unstable();
        times.dedup();
        times
    };
    from_spacing(&series.iter().map(times).collect::<Vec<_>>())
}
