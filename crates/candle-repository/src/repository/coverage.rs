//! What is stored and what is missing.

use std::collections::BTreeMap;

use arrow_array::{RecordBatch, TimestampMillisecondArray};
use db_port::{Statement, column};
use futures_util::TryStreamExt;
use market_model::{
    Calendar, CalendarFinder, Coverage, GapFinder, IntoTimeRange, SeriesKey, TimeRange, Timestamp,
};

use super::candle_repository::CandleRepository;
use super::series_info::SeriesInfo;
use super::statements::{
    bind_filter, bind_range, bind_times, final_read, in_range, in_times, matching,
};
use crate::codec::SeriesNames;
use crate::error::{Result, StoreContext};
use crate::filter::SeriesFilter;

const OPEN_TIMES: &str = in_range!("SELECT open_time FROM candles FINAL", "ORDER BY open_time");

/// The condition that [`only`] binds.
macro_rules! of_named {
    () => {
        "(empty({symbols:Array(String)}) OR (exchange, symbol, interval) IN arrayZip(\
         {exchanges:Array(String)}, {symbols:Array(String)}, {intervals:Array(String)})) "
    };
}

const OPEN_TIMES_OF_ALL: &str = matching!(
    "SELECT exchange, symbol, interval, open_time FROM candles FINAL",
    concat!(
        "AND ",
        in_times!(),
        "AND ",
        of_named!(),
        "ORDER BY exchange, symbol, interval, open_time"
    )
);

/// The most series that a question names: as many as an upsert compares at once.
const MOST_NAMED: usize = 500;

/// Each day is the same however often its candles were stored, so this needs no `FINAL`. In the order
/// of the table: 100 million rows in 0.6 s.
const DAYS_OF_ALL: &str = concat!(
    "SELECT exchange, symbol, interval, toDateTime64(day, 3, 'UTC') AS open_time FROM (",
    matching!(
        "SELECT exchange, symbol, interval, toDate32(open_time) AS day FROM candles",
        concat!("AND ", of_named!(), "GROUP BY exchange, symbol, interval, day")
    ),
    ") ORDER BY exchange, symbol, interval, day SETTINGS optimize_aggregation_in_order = 1"
);

impl CandleRepository {
    /// What is stored of a series in `range`, and which candles `calendar` misses.
    ///
    /// # Errors
    /// [`CandleError::Model`](crate::CandleError::Model) unless `range` ends after its start, and
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn coverage(
        &self,
        key: &SeriesKey,
        range: impl IntoTimeRange + Send,
        calendar: Calendar,
    ) -> Result<Coverage> {
        let range = range.into_time_range()?;
        let mut finder = GapFinder::new(key.clone(), calendar, range);
        let statement = final_read(bind_range(OPEN_TIMES, key, range));
        let see_all = async {
            let mut batches = self.db.query(statement).await?;
            while let Some(batch) = batches.try_next().await? {
                see(&mut finder, &batch)?;
            }
            Ok(())
        };
        see_all.await.while_doing("reading open times")?;
        Ok(finder.finish())
    }

    /// What is stored of each series that matches `filter`, in `range`, and which candles the
    /// calendar of the series misses: what [`CandleRepository::coverage`] says about one after the
    /// other, in few questions. Sorted by series; one that has candles outside of
    /// `range` only is there too, with a count of zero. Open times are read, as a stream, only where
    /// the number of candles does not say that none is missing.
    ///
    /// # Errors
    /// [`CandleError::Model`](crate::CandleError::Model) unless `range` ends after its start, and
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn coverage_of_all(
        &self,
        filter: &SeriesFilter,
        range: impl IntoTimeRange + Send,
        calendar: impl Fn(&SeriesKey) -> Calendar + Send + Sync,
    ) -> Result<Vec<Coverage>> {
        let range = range.into_time_range()?;
        let finder = |key: &SeriesKey| GapFinder::new(key.clone(), calendar(key), range);
        let mut finders = BTreeMap::new();
        if range != TimeRange::ALL {
            let keys = self.find_series(filter).await?;
            finders.extend(keys.into_iter().map(|key| (key.clone(), finder(&key))));
        }
        let mut whole = BTreeMap::new();
        let mut partly = Vec::new();
        for info in self.series_info(filter, range).await? {
            let mut finder = finder(&info.key);
            match finder.see_whole(info.first, info.last, info.candles) {
                true => drop(whole.insert(info.key, finder)),
                false => partly.push(info.key),
            }
        }
        if !partly.is_empty() {
            let statement = bind_times(bind_filter(OPEN_TIMES_OF_ALL, filter), range);
            let see = |key: SeriesKey, run: &RecordBatch| match whole.contains_key(&key) {
                true => Ok(()),
                false => see(finders.entry(key).or_insert_with_key(finder), run),
            };
            let seen = self.see_runs(final_read(only(statement, &partly)), see).await;
            seen.while_doing("reading open times of all series")?;
        }
        finders.append(&mut whole);
        Ok(finders.into_values().map(GapFinder::finish).collect())
    }

    /// The calendars that the stored candles themselves show, by the rule of [`CalendarFinder`],
    /// of the series that match `filter`. A series that shows none is not there. All candles of a
    /// series count, so that one calendar serves every range. Days are read only of series of
    /// which the number of candles does not say that none is missing.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn find_calendars(
        &self,
        filter: &SeriesFilter,
    ) -> Result<BTreeMap<SeriesKey, Calendar>> {
        let mut open = self.series_info(filter, ..).await?;
        open.retain(|info| !is_whole(info));
        if open.is_empty() {
            return Ok(BTreeMap::new());
        }
        let open: Vec<_> = open.into_iter().map(|info| info.key).collect();
        let statement = only(bind_filter(DAYS_OF_ALL, filter), &open).idempotent();
        let mut finders = BTreeMap::new();
        let see = |key: SeriesKey, run: &RecordBatch| {
            let interval = key.interval();
            let finder = finders.entry(key).or_insert_with(|| CalendarFinder::new(interval));
            open_times(run)?.for_each(|day| finder.see(day));
            Ok(())
        };
        let seen = self.see_runs(statement, see).await;
        seen.while_doing("reading the days of all series")?;
        let shown = finders.into_iter().filter_map(|(key, finder)| Some((key, finder.finish()?)));
        Ok(shown.collect())
    }

    /// Hands the rows of several series to `see`, as they come, a run of one series at a time.
    async fn see_runs(
        &self,
        statement: Statement,
        mut see: impl FnMut(SeriesKey, &RecordBatch) -> db_port::Result<()> + Send,
    ) -> db_port::Result<()> {
        let mut batches = self.db.query(statement).await?;
        while let Some(batch) = batches.try_next().await? {
            let names = SeriesNames::of(&batch)?;
            for rows in names.runs() {
                see(names.key(rows.start)?, &batch.slice(rows.start, rows.len()))?;
            }
        }
        Ok(())
    }
}

/// Whether a series has every candle between its first and last, and so rests on no day.
fn is_whole(info: &SeriesInfo) -> bool {
    let mut finder = GapFinder::new(info.key.clone(), Calendar::Continuous, TimeRange::ALL);
    finder.see_whole(info.first, info.last, info.candles)
}

/// Only these series, unless they are too many to name.
fn only(statement: Statement, keys: &[SeriesKey]) -> Statement {
    let named = if keys.len() > MOST_NAMED { &[] } else { keys };
    let names = |name: fn(&SeriesKey) -> String| named.iter().map(name).collect::<Vec<_>>();
    statement
        .bind("exchanges", names(|key| key.exchange().to_owned()))
        .bind("symbols", names(|key| key.symbol().to_owned()))
        .bind("intervals", names(|key| key.interval().to_string()))
}

fn see(finder: &mut GapFinder, batch: &RecordBatch) -> db_port::Result<()> {
    open_times(batch)?.for_each(|open| finder.see(open));
    Ok(())
}

fn open_times(batch: &RecordBatch) -> db_port::Result<impl Iterator<Item = Timestamp> + '_> {
    let times = column::<TimestampMillisecondArray>(batch, "open_time")?.values();
    Ok(times.iter().map(|&millis| Timestamp::from_millis_unchecked(millis)))
}
