//! A span of open times.

use std::fmt;
use std::ops::{Range, RangeFrom, RangeFull, RangeTo};

use crate::error::{ModelError, Result};
use crate::timestamp::Timestamp;

/// A half-open span of open times, `[start, end)`; either side may be open-ended.
///
/// ```
/// use market_model::{TimeRange, Timestamp};
/// let march: Timestamp = "2013-03-01".parse().unwrap();
/// let before_march = TimeRange::from(..march);
/// assert!(!before_march.contains(march));
/// assert!(TimeRange::new(march, march).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeRange {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl TimeRange {
    /// Everything.
    pub const ALL: Self = Self { start: None, end: None };

    /// The span from `start` (included) to `end` (excluded).
    ///
    /// # Errors
    /// [`ModelError::EmptyRange`] unless `start` is before `end`.
    pub fn new(
        start: impl Into<Option<Timestamp>>,
        end: impl Into<Option<Timestamp>>,
    ) -> Result<Self> {
        let range = Self { start: start.into(), end: end.into() };
        match (range.start, range.end) {
            (Some(start), Some(end)) if start >= end => Err(ModelError::EmptyRange { start, end }),
            _ => Ok(range),
        }
    }

    /// The first moment inside, if there is a first.
    #[must_use]
    pub const fn start(&self) -> Option<Timestamp> {
        self.start
    }

    /// The first moment after, if there is one.
    #[must_use]
    pub const fn end(&self) -> Option<Timestamp> {
        self.end
    }

    /// Whether `time` lies inside.
    #[must_use]
    pub fn contains(&self, time: Timestamp) -> bool {
        self.start.is_none_or(|start| start <= time) && self.end.is_none_or(|end| time < end)
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.start, self.end) {
            (None, None) => f.write_str("all time"),
            (Some(start), None) => write!(f, "from {start}"),
            (None, Some(end)) => write!(f, "before {end}"),
            (Some(start), Some(end)) => write!(f, "from {start} to before {end}"),
        }
    }
}

impl From<RangeFull> for TimeRange {
    fn from(_: RangeFull) -> Self {
        Self::ALL
    }
}

impl From<RangeFrom<Timestamp>> for TimeRange {
    fn from(range: RangeFrom<Timestamp>) -> Self {
        Self { start: Some(range.start), end: None }
    }
}

impl From<RangeTo<Timestamp>> for TimeRange {
    fn from(range: RangeTo<Timestamp>) -> Self {
        Self { start: None, end: Some(range.end) }
    }
}

impl TryFrom<Range<Timestamp>> for TimeRange {
    type Error = ModelError;

    fn try_from(range: Range<Timestamp>) -> Result<Self> {
        Self::new(range.start, range.end)
    }
}

/// What names a span of open times: `..`, `first..`, `..end`, `first..end`, or a [`TimeRange`].
///
/// ```
/// use market_model::{IntoTimeRange, Timestamp};
/// let (first, end): (Timestamp, Timestamp) =
///     ("2013-03-01".parse().unwrap(), "2013-04-01".parse().unwrap());
/// assert!((first..end).into_time_range().unwrap().contains(first));
/// assert!((end..first).into_time_range().is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no span of open times",
    note = "write `..`, `first..`, `..end` or `first..end` with values of `Timestamp`, or a `TimeRange`"
)]
pub trait IntoTimeRange {
    /// The span.
    ///
    /// # Errors
    /// [`ModelError::EmptyRange`] unless it ends after its start.
    fn into_time_range(self) -> Result<TimeRange>;
}

impl IntoTimeRange for Range<Timestamp> {
    fn into_time_range(self) -> Result<TimeRange> {
        TimeRange::try_from(self)
    }
}

macro_rules! always_a_range {
    ($($range:ty),*) => {$(
        impl IntoTimeRange for $range {
            fn into_time_range(self) -> Result<TimeRange> {
                Ok(self.into())
            }
        }
    )*};
}

always_a_range!(TimeRange, RangeFull, RangeFrom<Timestamp>, RangeTo<Timestamp>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reversed_range_names_both_ends() {
        let (start, end) = ("2024-01-02".parse().unwrap(), "2024-01-01".parse().unwrap());
        let error = TimeRange::new(Some(start), Some(end)).unwrap_err().to_string();
        assert!(error.contains("2024-01-02") && error.contains("2024-01-01"), "{error}");
    }

    #[test]
    fn the_end_is_outside() {
        let (start, end): (Timestamp, Timestamp) =
            ("2024-01-01".parse().unwrap(), "2024-01-02".parse().unwrap());
        let day = TimeRange::try_from(start..end).unwrap();
        assert!(day.contains(start) && !day.contains(end));
        assert!(TimeRange::from(start..).contains(end) && TimeRange::ALL.contains(end));
    }

    #[test]
    fn every_kind_of_range_says_where_it_is() {
        let (start, end): (Timestamp, Timestamp) =
            ("2024-01-01".parse().unwrap(), "2024-01-02".parse().unwrap());
        for (range, text) in [
            (TimeRange::from(..), "all time".to_owned()),
            (TimeRange::from(start..), format!("from {start}")),
            (TimeRange::from(..end), format!("before {end}")),
            (TimeRange::try_from(start..end).unwrap(), format!("from {start} to before {end}")),
        ] {
            assert_eq!(range.to_string(), text);
        }
    }
}
