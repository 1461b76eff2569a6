//! Longer candles out of shorter ones.

use db_port::Statement;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use market_model::{CandleSeries, Interval, IntoTimeRange, SeriesKey, TimeRange, Timestamp};

use super::candle_repository::CandleRepository;
use super::statements::{bind_range, final_read, in_range};
use crate::error::{CandleError, Result, StoreContext};

/// `opens` says in which candle of the longer interval a stored one lies; the rule is that of
/// [`Interval::open_of`].
macro_rules! resample {
    ($opens:literal) => {
        in_range!(
            concat!(
                "SELECT opens AS open_time, \
                 argMin(o, t) AS open, max(h) AS high, min(l) AS low, argMax(c, t) AS close, \
                 sumKahan(v) AS volume \
                 FROM (SELECT open_time AS t, ",
                $opens,
                " AS opens, open AS o, high AS h, low AS l, close AS c, volume AS v \
                 FROM candles FINAL"
            ),
            ") GROUP BY opens ORDER BY opens"
        )
    };
}

/// A function that the engine knows to rise with the open time: candles of one bucket follow each
/// other, and are put together without a hash table. 2 million minutes to hours in 0.73 of the time.
const BY_LENGTH: &str =
    resample!("toStartOfInterval(open_time, toIntervalMillisecond({length:Int64}))");

/// For a grid that does not begin at 1970-01-01.
const BY_SHIFTED_LENGTH: &str = resample!(
    "fromUnixTimestamp64Milli(toUnixTimestamp64Milli(open_time) \
     - positiveModulo(toUnixTimestamp64Milli(open_time) - {offset:Int64}, {length:Int64}), 'UTC')"
);

const BY_MONTH: &str =
    resample!("makeDateTime64(toYear(open_time), toMonth(open_time), 1, 0, 0, 0, 0, 3, 'UTC')");

const IN_ORDER: (&str, u8) = ("optimize_aggregation_in_order", 1);

const RESAMPLING: &str = "resampling candles";

impl CandleRepository {
    /// Candles of the longer interval `to`, computed by the database from those of `key`: first
    /// open, highest high, lowest low, last close, sum of volumes. `range` is widened to whole
    /// candles of `to`; a candle at the edge of what is stored may be made of fewer than a full
    /// set.
    ///
    /// # Errors
    /// [`CandleError::NotDivisible`] unless candles of `key` add up to candles of `to`,
    /// [`CandleError::OpensTooEarly`] for candles of three days when 1900-01-01 is among them,
    /// [`CandleError::Model`] unless `range` ends after its start, and [`CandleError::Database`].
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn resample(
        &self,
        key: &SeriesKey,
        to: Interval,
        range: impl IntoTimeRange + Send,
    ) -> Result<CandleSeries> {
        let statement = resample(key, to, range.into_time_range()?)?;
        let series = self.series(&key.with_interval(to), statement).await;
        check_first(series.while_doing(RESAMPLING)?)
    }

    /// As [`CandleRepository::resample`], in parts of bounded size that follow each other without
    /// gap or overlap.
    ///
    /// # Errors
    /// As [`CandleRepository::resample`], also as an item of the stream, which then ends.
    ///
    /// # Cancel safety
    /// Dropping the future or the stream ends the query; nothing is changed.
    pub async fn resample_stream(
        &self,
        key: &SeriesKey,
        to: Interval,
        range: impl IntoTimeRange + Send,
    ) -> Result<BoxStream<'static, Result<CandleSeries>>> {
        let statement = resample(key, to, range.into_time_range()?)?;
        let parts = self.parts(key.with_interval(to), statement, RESAMPLING).await?;
        Ok(parts.map(|part| part.and_then(check_first)).boxed())
    }
}

fn resample(key: &SeriesKey, to: Interval, range: TimeRange) -> Result<Statement> {
    let from = key.interval();
    if !from.divides(to) {
        return Err(CandleError::NotDivisible { from, to });
    }
    let range = widened(range, to)?;
    let statement = match (to.millis(), to.offset()) {
        (Some(length), 0) => bind_range(BY_LENGTH, key, range).bind("length", length),
        (Some(length), offset) => {
            bind_range(BY_SHIFTED_LENGTH, key, range).bind("length", length).bind("offset", offset)
        }
        (None, _) => bind_range(BY_MONTH, key, range),
    };
    Ok(final_read(statement).with_setting(IN_ORDER.0, IN_ORDER.1))
}

/// The grid of three days has no open time on 1900-01-01, and times before are not kept.
fn check_first(series: CandleSeries) -> Result<CandleSeries> {
    match series.first() {
        Some(candle) if candle.open_time < Timestamp::MIN => {
            let interval = series.key().interval();
            let first = interval.next_open(candle.open_time);
            Err(CandleError::OpensTooEarly { interval, open_time: candle.open_time, first })
        }
        _ => Ok(series),
    }
}

fn widened(range: TimeRange, to: Interval) -> Result<TimeRange> {
    let end = range.end().map(|end| match to.is_open(end) {
        true => end,
        false => to.next_open(end),
    });
    Ok(TimeRange::new(range.start().map(|start| to.open_of(start)), end)?)
}
