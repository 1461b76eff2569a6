use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};

use crate::{CandleError, Result};

/// A moment in UTC, in whole milliseconds since 1970-01-01, negative before.
///
/// Reads and prints as ISO 8601; a bare date is its midnight.
///
/// ```
/// use candle_repository::Timestamp;
/// let open: Timestamp = "2013-03-01".parse().unwrap();
/// assert_eq!(open, "2013-03-01T00:00:00Z".parse().unwrap());
/// assert_eq!(open.as_millis(), 1_362_096_000_000);
/// assert_eq!(open.to_string(), "2013-03-01");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest moment the database keeps: 1900-01-01T00:00:00Z.
    pub const MIN: Self = Self(-2_208_988_800_000);
    /// The latest moment the database keeps: 2299-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(10_413_791_999_999);

    /// The moment `millis` milliseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`CandleError::InvalidTime`] outside the years 1900 to 2299.
    pub fn from_millis(millis: i64) -> Result<Self> {
        if (Self::MIN.0..=Self::MAX.0).contains(&millis) {
            return Ok(Self(millis));
        }
        Err(CandleError::InvalidTime {
            text: format!("{millis} ms"),
            reason: "a time must lie in the years 1900 to 2299".into(),
        })
    }

    /// As [`Timestamp::from_millis`], for values that are in range by construction.
    pub(crate) const fn from_millis_unchecked(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The same moment as chrono's type.
    #[must_use]
    pub fn to_datetime(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }
}

impl TryFrom<DateTime<Utc>> for Timestamp {
    type Error = CandleError;

    fn try_from(time: DateTime<Utc>) -> Result<Self> {
        Self::from_millis(time.timestamp_millis())
    }
}

impl FromStr for Timestamp {
    type Err = CandleError;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = || CandleError::InvalidTime {
            text: text.to_owned(),
            reason: "write it as 2013-03-01, 2013-03-01T09:30 or 2013-03-01T09:30:00Z".into(),
        };
        let normal = text.trim().replacen(' ', "T", 1);
        let naive = |format| NaiveDateTime::parse_from_str(&normal, format).ok();
        let time = DateTime::parse_from_rfc3339(&normal)
            .map(|time| time.to_utc())
            .ok()
            .or_else(|| {
                DateTime::parse_from_str(&normal, "%Y-%m-%dT%H:%M%:z").map(|t| t.to_utc()).ok()
            })
            .or_else(|| naive("%Y-%m-%dT%H:%M:%S%.f").map(|time| time.and_utc()))
            .or_else(|| naive("%Y-%m-%dT%H:%M").map(|time| time.and_utc()))
            .or_else(|| {
                let date = NaiveDate::parse_from_str(&normal, "%Y-%m-%d").ok()?;
                Some(date.and_hms_opt(0, 0, 0)?.and_utc())
            })
            .ok_or_else(invalid)?;
        if time.timestamp_subsec_nanos() % 1_000_000 != 0 {
            return Err(CandleError::InvalidTime {
                text: text.to_owned(),
                reason: "a time has whole milliseconds".into(),
            });
        }
        Self::from_millis(time.timestamp_millis()).map_err(|error| match error {
            CandleError::InvalidTime { reason, .. } => {
                CandleError::InvalidTime { text: text.to_owned(), reason }
            }
            other => other,
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.to_datetime();
        if self.0.rem_euclid(86_400_000) == 0 {
            write!(f, "{}", time.format("%Y-%m-%d"))
        } else {
            f.write_str(&time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn iso_spellings_of_one_moment_are_equal() {
        for text in [
            "2024-01-02T03:04:00Z",
            "2024-01-02 03:04:00",
            "2024-01-02T03:04",
            "2024-01-02T03:04:00.000",
            "2024-01-02T05:04:00+02:00",
            "2024-01-02T05:04+02:00",
            " 2024-01-02 03:04:00+00:00 ",
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().as_millis(), 1_704_164_640_000, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_time_gets_an_example_of_one() {
        for text in ["", "yesterday", "2024-13-01", "2024-02-30", "01/02/2024", "24-1-1x"] {
            let error = text.parse::<Timestamp>().unwrap_err().to_string();
            assert!(error.contains("2013-03-01"), "{error}");
        }
    }

    #[test]
    fn years_that_the_database_cannot_keep_are_refused() {
        for text in ["1899-12-31", "2300-01-01"] {
            let error = text.parse::<Timestamp>().unwrap_err().to_string();
            assert!(error.contains(text) && error.contains("1900 to 2299"), "{error}");
        }
        assert_eq!(Timestamp::MIN.to_string(), "1900-01-01");
        assert_eq!(Timestamp::MAX.to_string(), "2299-12-31T23:59:59.999Z");
    }

    proptest! {
        #[test]
        fn text_round_trips(millis in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let time = Timestamp::from_millis(millis).unwrap();
            prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
        }
    }
}
