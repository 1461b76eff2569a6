//! A moment in time.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};

/// A moment in UTC, in whole milliseconds since 1970-01-01, negative before.
///
/// Reads and prints as ISO 8601; a bare date is its midnight.
///
/// ```
/// use market_model::Timestamp;
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

    /// As [`Timestamp::from_millis`], for a moment that is known to lie between
    /// [`Timestamp::MIN`] and [`Timestamp::MAX`], such as one that was stored.
    #[must_use]
    pub const fn from_millis_unchecked(millis: i64) -> Self {
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
