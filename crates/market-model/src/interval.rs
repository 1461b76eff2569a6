//! How long a candle lasts, and when candles open.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};

use crate::error::{ModelError, Result};
use crate::timestamp::Timestamp;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// 1970-01-05, the first Monday of the epoch.
const MONDAY: i64 = 4 * DAY;

/// The time that a candle spans, written as exchanges write it: `1m`, `5m`, `1h`, `1d`, `1w`, `1M`.
///
/// A candle spans the half-open `[open, open + interval)`. Open times of one interval form a grid:
/// seconds to days count from 1970-01-01T00:00:00Z, weeks begin on Monday, months on the first.
///
/// ```
/// use market_model::{Interval, Timestamp};
/// let friday: Timestamp = "2013-03-01".parse().unwrap();
/// let week: Interval = "1w".parse().unwrap();
/// assert_eq!(week.open_of(friday).to_string(), "2013-02-25");
/// assert!("7m".parse::<Interval>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    unit: Unit,
    count: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
}

impl Unit {
    const ALL: [Self; 6] =
        [Self::Second, Self::Minute, Self::Hour, Self::Day, Self::Week, Self::Month];

    const fn letter(self) -> char {
        match self {
            Self::Second => 's',
            Self::Minute => 'm',
            Self::Hour => 'h',
            Self::Day => 'd',
            Self::Week => 'w',
            Self::Month => 'M',
        }
    }

    /// The counts whose grid fits the next larger unit.
    const fn counts(self) -> &'static [u8] {
        match self {
            Self::Second | Self::Minute => &[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30],
            Self::Hour => &[1, 2, 3, 4, 6, 8, 12],
            Self::Day => &[1, 3],
            Self::Week | Self::Month => &[1],
        }
    }
}

impl Interval {
    /// One minute, `1m`.
    pub const MINUTE: Self = Self { unit: Unit::Minute, count: 1 };
    /// One hour, `1h`.
    pub const HOUR: Self = Self { unit: Unit::Hour, count: 1 };
    /// One day, `1d`.
    pub const DAY: Self = Self { unit: Unit::Day, count: 1 };
    /// One week from Monday, `1w`.
    pub const WEEK: Self = Self { unit: Unit::Week, count: 1 };
    /// One calendar month, `1M`.
    pub const MONTH: Self = Self { unit: Unit::Month, count: 1 };

    /// Every interval there is, from the shortest to the longest.
    pub fn all() -> impl Iterator<Item = Self> {
        Unit::ALL
            .into_iter()
            .flat_map(|unit| unit.counts().iter().map(move |&count| Self { unit, count }))
    }

    /// The length in milliseconds; `None` for months, which differ.
    #[must_use]
    pub const fn millis(self) -> Option<i64> {
        let unit = match self.unit {
            Unit::Second => SECOND,
            Unit::Minute => MINUTE,
            Unit::Hour => HOUR,
            Unit::Day => DAY,
            Unit::Week => WEEK,
            Unit::Month => return None,
        };
        Some(unit * self.count as i64)
    }

    /// Where the grid begins, in milliseconds after 1970-01-01T00:00:00Z: zero, but the first
    /// Monday for weeks.
    #[must_use]
    pub const fn offset(self) -> i64 {
        match self.unit {
            Unit::Week => MONDAY,
            _ => 0,
        }
    }

    /// The open time of the candle that contains `time`.
    #[must_use]
    pub fn open_of(self, time: Timestamp) -> Timestamp {
        let millis = time.as_millis();
        Timestamp::from_millis_unchecked(match self.millis() {
            Some(length) => millis - (millis - self.offset()).rem_euclid(length),
            None => {
                let date = time.to_datetime().date_naive();
                midnight(date.with_day(1).unwrap_or(date))
            }
        })
    }

    /// The open time of the candle after the one that contains `time`.
    #[must_use]
    pub fn next_open(self, time: Timestamp) -> Timestamp {
        let open = self.open_of(time);
        Timestamp::from_millis_unchecked(match self.millis() {
            Some(length) => open.as_millis() + length,
            None => midnight(open.to_datetime().date_naive() + Months::new(1)),
        })
    }

    /// The place on the grid of the candle that contains `time`; the next candle has the next place.
    pub(crate) fn place_of(self, time: Timestamp) -> i64 {
        match self.millis() {
            Some(length) => (time.as_millis() - self.offset()).div_euclid(length),
            None => {
                let date = time.to_datetime();
                i64::from(date.year()) * 12 + i64::from(date.month0())
            }
        }
    }

    /// Whether `time` can be the open time of a candle.
    #[must_use]
    pub fn is_open(self, time: Timestamp) -> bool {
        self.open_of(time) == time
    }

    /// Whether candles of this interval add up to candles of `longer` exactly.
    #[must_use]
    pub fn divides(self, longer: Self) -> bool {
        match (self.millis(), longer.millis()) {
            (Some(short), Some(long)) => {
                long % short == 0 && (longer.offset() - self.offset()) % short == 0
            }
            (Some(short), None) => DAY % short == 0,
            (None, Some(_)) => false,
            (None, None) => true,
        }
    }
}

fn midnight(date: NaiveDate) -> i64 {
    date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis()
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit.letter())
    }
}

impl FromStr for Interval {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self> {
        // `1M` and `1m` differ; the other letters mean the same in both cases.
        let spelled = match text.strip_suffix(['S', 'H', 'D', 'W']) {
            Some(_) => text.to_ascii_lowercase(),
            None => text.to_owned(),
        };
        Self::all()
            .find(|interval| interval.to_string() == spelled)
            .ok_or_else(|| ModelError::UnknownInterval { text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn every_interval_reads_as_it_prints() {
        for interval in Interval::all() {
            assert_eq!(interval.to_string().parse::<Interval>().unwrap(), interval);
        }
        assert_eq!("1D".parse::<Interval>().unwrap(), Interval::DAY);
        assert_ne!("1M".parse::<Interval>().unwrap(), Interval::MINUTE);
    }

    #[test]
    fn an_unknown_interval_is_named_with_the_known_ones() {
        for text in ["", "1", "d", "0m", "7m", "60m", "2w", "1y", "1 d", "-1m", "1é", "256m"] {
            let error = text.parse::<Interval>().unwrap_err().to_string();
            assert!(error.contains(&format!("{text:?}")) && error.contains("1d"), "{error}");
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        assert_eq!(Interval::WEEK.open_of(at("2013-03-03T23:59")), at("2013-02-25"));
        assert_eq!(Interval::WEEK.open_of(at("1969-12-31")), at("1969-12-29"));
        assert_eq!(Interval::MONTH.open_of(at("2012-02-29T12:00")), at("2012-02-01"));
        assert_eq!(Interval::MONTH.next_open(at("1969-12-15")), at("1970-01-01"));
        assert!(Interval::WEEK.is_open(at("2013-02-25")));
        assert!(!Interval::WEEK.is_open(at("2013-02-26")));
    }

    #[test]
    fn only_whole_candles_add_up() {
        let divides = |a: &str, b: &str| {
            a.parse::<Interval>().unwrap().divides(b.parse::<Interval>().unwrap())
        };
        for (short, long) in [
            ("1m", "1h"),
            ("1d", "1w"),
            ("1d", "1M"),
            ("12h", "1M"),
            ("1d", "3d"),
            ("1d", "1d"),
            ("1w", "1w"),
        ] {
            assert!(divides(short, long), "{short} to {long}");
        }
        for (short, long) in
            [("1w", "1M"), ("3d", "1w"), ("1d", "1h"), ("1M", "1w"), ("3d", "1M"), ("20m", "30m")]
        {
            assert!(!divides(short, long), "{short} to {long}");
        }
    }

    proptest! {
        #[test]
        fn every_time_lies_in_the_candle_that_opens_before_it(
            millis in Timestamp::MIN.as_millis() + 40 * DAY..Timestamp::MAX.as_millis() - 40 * DAY,
            index in 0..Interval::all().count(),
        ) {
            let time = Timestamp::from_millis(millis).unwrap();
            let interval = Interval::all().nth(index).unwrap();
            let (open, next) = (interval.open_of(time), interval.next_open(time));
            prop_assert!(open <= time && time < next);
            prop_assert!(interval.is_open(open) && interval.is_open(next));
            prop_assert_eq!(interval.next_open(open), next);
            prop_assert_eq!(interval.place_of(time), interval.place_of(open));
            prop_assert_eq!(interval.place_of(next), interval.place_of(open) + 1);
        }
    }
}
