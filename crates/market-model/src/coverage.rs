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
    /// Runs of open times that should have a candle and have none, oldest first: all of them, or
    /// the oldest [`Coverage::MOST_GAPS`]. They are looked for between the first and the last
    /// candle, and to the ends of the range that was asked about where it has ends.
    pub gaps: Vec<Gap>,
    /// The number of gaps, also of those that are not in `gaps`.
    pub gap_count: u64,
    /// The longest gap, and of several the newest.
    pub longest_gap: Option<Gap>,
    missing: u64,
}

impl Coverage {
    /// How many gaps are kept.
    pub const MOST_GAPS: usize = 100_000;

    pub(crate) const fn new(key: SeriesKey) -> Self {
        Self {
            key,
            first: None,
            last: None,
            count: 0,
            gaps: Vec::new(),
            gap_count: 0,
            longest_gap: None,
            missing: 0,
        }
    }

    /// The number of missing candles, also of those whose gap is not in `gaps`.
    #[must_use]
    pub const fn missing(&self) -> u64 {
        self.missing
    }

    pub(crate) fn note(&mut self, gap: Gap) {
        if self.gaps.len() < Self::MOST_GAPS {
            self.gaps.push(gap);
        }
        self.gap_count += 1;
        self.missing += gap.missing;
        if self.longest_gap.is_none_or(|longest| longest.missing <= gap.missing) {
            self.longest_gap = Some(gap);
        }
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
