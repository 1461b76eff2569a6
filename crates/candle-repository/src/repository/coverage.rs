//! What is stored and what is missing.

use std::collections::BTreeMap;

use arrow_array::{RecordBatch, TimestampMillisecondArray};
use db_port::{Statement, column};
use futures_util::TryStreamExt;
use market_model::{
    Calendar, CalendarFinder, Coverage, GapFinder, SeriesKey, TimeRange, Timestamp,
};

use super::candle_repository::CandleRepository;
use super::statements::{
    bind_filter, bind_range, bind_times, final_read, in_range, in_times, matching,
};
use crate::codec::SeriesNames;
use crate::error::{Result, StoreContext};
use crate::filter::SeriesFilter;

const OPEN_TIMES: &str = in_range!("SELECT open_time FROM candles FINAL", "ORDER BY open_time");

const OPEN_TIMES_OF_ALL: &str = matching!(
    "SELECT exchange, symbol, interval, open_time FROM candles FINAL",
    concat!("AND ", in_times!(), "ORDER BY exchange, symbol, interval, open_time")
);

/// Each day is the same however often its candles were stored, so this needs no `FINAL`.
const DAYS_OF_ALL: &str = concat!(
    "SELECT exchange, symbol, interval, fromUnixTimestamp64Milli(day, 'UTC') AS open_time FROM (",
    matching!(
        "SELECT DISTINCT exchange, symbol, interval, toUnixTimestamp64Milli(open_time) \
         - positiveModulo(toUnixTimestamp64Milli(open_time), 86400000) AS day FROM candles",
        ""
    ),
    ") ORDER BY exchange, symbol, interval, day"
);

impl CandleRepository {
    /// What is stored of a series in `range`, and which candles `calendar` misses.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn coverage(
        &self,
        key: &SeriesKey,
        range: impl Into<TimeRange> + Send,
        calendar: Calendar,
    ) -> Result<Coverage> {
        let range = range.into();
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
    /// other, in two questions. Sorted by series; one that has candles outside of
    /// `range` only is there too, with a count of zero. The open times are read as a stream.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn coverage_of_all(
        &self,
        filter: &SeriesFilter,
        range: impl Into<TimeRange> + Send,
        calendar: impl Fn(&SeriesKey) -> Calendar + Send + Sync,
    ) -> Result<Vec<Coverage>> {
        let range = range.into();
        let finder = |key: SeriesKey| {
            let calendar = calendar(&key);
            GapFinder::new(key, calendar, range)
        };
        let keys = self.find_series(filter).await?;
        let mut finders: BTreeMap<_, _> =
            keys.into_iter().map(|key| (key.clone(), finder(key))).collect();
        let statement = bind_times(bind_filter(OPEN_TIMES_OF_ALL, filter), range);
        let see = |key: SeriesKey, run: &RecordBatch| {
            see(finders.entry(key.clone()).or_insert_with(|| finder(key)), run)
        };
        let seen = self.see_runs(final_read(statement), see).await;
        seen.while_doing("reading open times of all series")?;
        Ok(finders.into_values().map(GapFinder::finish).collect())
    }

    /// The calendars that the stored candles themselves show, by the rule of [`CalendarFinder`],
    /// of the series that match `filter`. A series that shows none is not there. All candles of a
    /// series count, so that one calendar serves every range.
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
        let statement = bind_filter(DAYS_OF_ALL, filter).idempotent();
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

fn see(finder: &mut GapFinder, batch: &RecordBatch) -> db_port::Result<()> {
    open_times(batch)?.for_each(|open| finder.see(open));
    Ok(())
}

fn open_times(batch: &RecordBatch) -> db_port::Result<impl Iterator<Item = Timestamp> + '_> {
    let times = column::<TimestampMillisecondArray>(batch, "open_time")?.values();
    Ok(times.iter().map(|&millis| Timestamp::from_millis_unchecked(millis)))
}
