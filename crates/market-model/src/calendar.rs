//! When a market trades.

use chrono::{Datelike, Weekday};

use crate::interval::Interval;
use crate::timestamp::Timestamp;

/// When a market trades, as far as gaps need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Calendar {
    /// Always, as crypto markets do: every open time has a candle.
    #[default]
    Continuous,
    /// Monday to Friday in UTC: candles of up to a day that open on a Saturday or Sunday are not
    /// missed. Holidays are.
    Weekdays,
}

impl Calendar {
    /// Whether a candle of `interval` should open at `open`.
    #[must_use]
    pub fn expects(self, interval: Interval, open: Timestamp) -> bool {
        match self {
            Self::Continuous => true,
            Self::Weekdays if !interval.divides(Interval::DAY) => true,
            Self::Weekdays => !matches!(open.to_datetime().weekday(), Weekday::Sat | Weekday::Sun),
        }
    }
}
