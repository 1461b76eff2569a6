//! Reading the newest candles.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::TimestampMillisecondArray;
use db_port::{QueryExecutorExt, Statement, column};
use futures_util::stream::BoxStream;
use market_model::{CandleSeries, Interval, SeriesKey, TimeRange, Timestamp};

use super::candle_repository::CandleRepository;
use super::statements::{
    bind_filter, bind_range, bind_times, final_read, in_range, in_times, matching,
};
use crate::codec;
use crate::error::{Result, StoreContext};
use crate::filter::SeriesFilter;

/// `FINAL` looks only at what opens from the `count`th newest open time on. That is found in the
/// order of the sort key, in a block or two of each year; where replaced revisions leave fewer
/// different ones in `rows` rows, everything is looked at.
const LATEST: &str = in_range!(
    "SELECT open_time, open, high, low, close, volume FROM (\
     SELECT open_time, open, high, low, close, volume FROM candles FINAL",
    concat!(
        "AND open_time >= (SELECT if(uniqExact(open_time) < {count:UInt64}, \
         fromUnixTimestamp64Milli({first:Int64}, 'UTC'), min(open_time)) FROM (",
        in_range!("SELECT open_time FROM candles", "ORDER BY open_time DESC LIMIT {rows:UInt64}"),
        ")) ORDER BY open_time DESC LIMIT {count:UInt64}) ORDER BY open_time"
    )
);

/// The newest rows of a series, replaced revisions among them.
macro_rules! few {
    ($bound:expr) => {
        in_range!(
            "SELECT open_time, open, high, low, close, volume, revision FROM candles",
            concat!(
                $bound,
                "ORDER BY open_time DESC LIMIT {rows:UInt64} \
                 SETTINGS max_threads = 1, query_plan_optimize_lazy_materialization = 0"
            )
        )
    };
}

const FEW: &str = few!("");

/// Of a series that is kept up to date: the years before are not opened.
const FEW_UP_TO_DATE: &str = few!(
    "AND open_time >= (SELECT max(open_time) - toIntervalMillisecond({span:Int64}) FROM candles) "
);

const LATEST_OF_ALL: &str = concat!(
    matching!(
        "SELECT exchange, symbol, interval, open_time, open, high, low, close, volume FROM (\
         SELECT exchange, symbol, interval, open_time, open, high, low, close, volume \
         FROM candles FINAL",
        concat!(
            "AND ",
            in_times!(),
            "ORDER BY exchange, symbol, interval, open_time DESC \
             LIMIT {count:UInt64} BY exchange, symbol, interval"
        )
    ),
    ") ORDER BY exchange, symbol, interval, open_time"
);

/// The engine knows it of each part.
const NEWEST: &str = "SELECT max(open_time) AS newest FROM candles";

const LATEST_CANDLES: &str = "reading the latest candles";

/// How many candles are few, and taken from the rows themselves: half the time of a `FINAL`.
const MOST_FEW: u64 = 1000;

const WEEK: i64 = 7 * 86_400_000;
const LONGEST_MONTH: i64 = 31 * 86_400_000;

/// How many series may be asked for one by one.
const MOST_ALONE: usize = 16;

/// How many replaced revisions are expected among the newest rows.
const REPLACED: u64 = 100;

fn latest(key: &SeriesKey, count: u64) -> Statement {
    let statement = bind_range(LATEST, key, TimeRange::ALL).bind("count", count);
    final_read(statement.bind("rows", count.saturating_add(REPLACED)))
}

/// In how many milliseconds `count` candles are looked for first: twice what they take, because
/// markets rest, and a week.
fn span(interval: Interval, count: u64) -> i64 {
    let length = interval.millis().unwrap_or(LONGEST_MONTH);
    let candles = i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(2);
    candles.saturating_mul(length).saturating_add(WEEK)
}

/// From so many milliseconds before an open time on.
fn since(open_time: i64, span: i64) -> TimeRange {
    let start = open_time.saturating_sub(span).max(Timestamp::MIN.as_millis());
    TimeRange::from(Timestamp::from_millis_unchecked(start)..)
}

impl CandleRepository {
    /// The newest `count` candles of a series, oldest first.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn latest(&self, key: &SeriesKey, count: u64) -> Result<CandleSeries> {
        self.newest(key, count).await.while_doing(LATEST_CANDLES)
    }

    async fn newest(&self, key: &SeriesKey, count: u64) -> db_port::Result<CandleSeries> {
        if count <= MOST_FEW
            && let Some(few) = self.few(key, count).await?
        {
            return Ok(few);
        }
        self.series(key, latest(key, count)).await
    }

    /// The newest candles, if the newest rows alone tell them. A series is expected to end near the
    /// newest candle that was seen of any; to ask the table for that costs a third of the question.
    async fn few(&self, key: &SeriesKey, count: u64) -> db_port::Result<Option<CandleSeries>> {
        let (rows, span) = (count + REPLACED, span(key.interval(), count));
        let statement = match self.newest_seen.get() {
            Some(seen) => bind_range(FEW, key, since(seen.as_millis(), span)),
            None => bind_range(FEW_UP_TO_DATE, key, TimeRange::ALL).bind("span", span),
        };
        let batch = self.db.query_all(statement.bind("rows", rows).idempotent()).await?;
        let few = codec::newest(key, &batch, count as usize, batch.num_rows() as u64 == rows)?;
        match few.as_ref().map(|few| few.iter().next_back()) {
            Some(Some(newest)) => self.newest_seen.saw(newest.open_time),
            Some(None) => {}
            None => self.newest_seen.forget(),
        }
        Ok(few)
    }

    /// As [`CandleRepository::latest`], in parts of bounded size, oldest first.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database), also as an item of the stream,
    /// which then ends.
    ///
    /// # Cancel safety
    /// Dropping the future or the stream ends the query; nothing is changed.
    pub async fn latest_stream(
        &self,
        key: &SeriesKey,
        count: u64,
    ) -> Result<BoxStream<'static, Result<CandleSeries>>> {
        self.parts(key.clone(), latest(key, count), LATEST_CANDLES).await
    }

    /// The newest `count` candles of each series that matches `filter`, by series, oldest first:
    /// what [`CandleRepository::latest`] gives for one after the other, in few questions. A series
    /// without candles is left out, and so are all if `count` is zero.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn latest_of_all(
        &self,
        filter: &SeriesFilter,
        count: u64,
    ) -> Result<Vec<CandleSeries>> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let read = async {
            let mut keys = BTreeMap::<_, Vec<_>>::new();
            for key in self.find_keys(filter).await? {
                keys.entry(key.interval()).or_default().push(key);
            }
            let mut all = Vec::new();
            if !keys.is_empty() {
                let newest = self.db.query_one(Statement::new(NEWEST).idempotent()).await?;
                let newest = column::<TimestampMillisecondArray>(&newest, "newest")?.value(0);
                for (interval, keys) in keys {
                    let filter = SeriesFilter { interval: Some(interval), ..filter.clone() };
                    all.extend(self.latest_of_interval(&filter, &keys, count, newest).await?);
                }
            }
            all.sort_by(|a, b| a.key().cmp(b.key()));
            Ok(all)
        };
        read.await.while_doing("reading the latest candles of all series")
    }

    /// Looks where the newest candles of series are that are kept up to date, then further back, until
    /// only few series have fewer there. Those are asked for by name. Of 50 series with 100 million
    /// candles this reads half a million.
    async fn latest_of_interval(
        &self,
        filter: &SeriesFilter,
        keys: &[SeriesKey],
        count: u64,
        newest: i64,
    ) -> db_port::Result<Vec<CandleSeries>> {
        let mut span = span(keys[0].interval(), count);
        loop {
            let range = since(newest, span);
            let statement = bind_times(bind_filter(LATEST_OF_ALL, filter), range);
            let batch = self.db.query_all(final_read(statement.bind("count", count))).await?;
            let mut found = codec::series_of_all(&batch)?;
            if range.start() == Some(Timestamp::MIN) {
                return Ok(found);
            }
            found.retain(|series| series.len() as u64 == count);
            let names: BTreeSet<_> = found.iter().map(|series| series.key().clone()).collect();
            let rest = keys.iter().filter(|key| !names.contains(key));
            if rest.clone().count() <= MOST_ALONE.max(keys.len() / 64) {
                for key in rest {
                    found.push(self.newest(key, count).await?);
                }
                found.retain(|series| !series.is_empty());
                return Ok(found);
            }
            span = span.saturating_mul(16);
        }
    }
}
