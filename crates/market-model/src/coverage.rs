//! What is stored of a series and what is missing.

use crate::series_key::SeriesKey;
use crate::timestamp::Timestamp;

/// What is stored of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The series.
    pub key: SeriesKey,
    /// The oldest open time; `None` if nothing is stored.
    pub first: Option<Timestamp>,
    /// The newest open time; `None` if nothing is stored.
    pub last: Option<Timestamp>,
    /// The number of candles.
    pub count: u64,
    /// Open times that should have a candle and have none, as runs, oldest first. They are looked
    /// for between the first and the last candle, and to the ends of the range that was asked
    /// about where it has ends.
    pub gaps: Vec<Gap>,
}

impl Coverage {
    /// The number of missing candles.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.gaps.iter().map(|gap| gap.missing).sum()
    }
}

/// A run of missing candles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The first missing open time.
    pub first: Timestamp,
    /// The last missing open time.
    pub last: Timestamp,
    /// How many are missing.
    pub missing: u64,
}
