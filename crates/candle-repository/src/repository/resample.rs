//! Longer candles out of shorter ones.

use market_model::{CandleSeries, Interval, SeriesKey, TimeRange};

use super::candle_repository::CandleRepository;
use super::statements::{bind_range, final_read, in_range};
use crate::error::{CandleError, Result, StoreContext};

/// `opens` says in which candle of the longer interval a stored one lies; the rule is that of
/// [`Interval::open_of`].
macro_rules! resample {
    ($opens:literal) => {
        in_range!(
            concat!(
                "SELECT fromUnixTimestamp64Milli(opens, 'UTC') AS open_time, \
                 argMin(o, t) AS open, max(h) AS high, min(l) AS low, argMax(c, t) AS close, \
                 sumKahan(v) AS volume \
                 FROM (SELECT toUnixTimestamp64Milli(open_time) AS t, ",
                $opens,
                " AS opens, open AS o, high AS h, low AS l, close AS c, volume AS v \
                 FROM candles FINAL"
            ),
            ") GROUP BY opens ORDER BY opens"
        )
    };
}

const BY_LENGTH: &str = resample!("t - positiveModulo(t - {offset:Int64}, {length:Int64})");

const BY_MONTH: &str = resample!(
    "toUnixTimestamp64Milli(\
     makeDateTime64(toYear(open_time), toMonth(open_time), 1, 0, 0, 0, 0, 3, 'UTC'))"
);

impl CandleRepository {
    /// Candles of the longer interval `to`, computed by the database from those of `key`: first
    /// open, highest high, lowest low, last close, sum of volumes. `range` is widened to whole
    /// candles of `to`; a candle at the edge of what is stored may be made of fewer than a full
    /// set.
    ///
    /// # Errors
    /// [`CandleError::NotDivisible`] unless candles of `key` add up to candles of `to`, and
    /// [`CandleError::Database`].
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn resample(
        &self,
        key: &SeriesKey,
        to: Interval,
        range: impl Into<TimeRange> + Send,
    ) -> Result<CandleSeries> {
        let from = key.interval();
        if !from.divides(to) {
            return Err(CandleError::NotDivisible { from, to });
        }
        let range = widened(range.into(), to)?;
        let statement = match to.millis() {
            Some(length) => {
                bind_range(BY_LENGTH, key, range).bind("length", length).bind("offset", to.offset())
            }
            None => bind_range(BY_MONTH, key, range),
        };
        self.series(&key.with_interval(to), final_read(statement))
            .await
            .while_doing("resampling candles")
    }
}

fn widened(range: TimeRange, to: Interval) -> Result<TimeRange> {
    let end = range.end().map(|end| match to.is_open(end) {
        true => end,
        false => to.next_open(end),
    });
    Ok(TimeRange::new(range.start().map(|start| to.open_of(start)), end)?)
}
