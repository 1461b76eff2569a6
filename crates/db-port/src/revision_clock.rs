//! Revisions of rows, which only rise.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Gives out revisions that only rise, so that of two values the one written later wins in a
/// `ReplacingMergeTree(revision)`. For repositories.
///
/// A revision is the time in microseconds since 1970, but always above what is stored and what was
/// given out before: neither a clock that goes back nor one that stands still breaks the order.
#[derive(Debug, Default)]
pub struct RevisionClock {
    last: AtomicU64,
}

impl RevisionClock {
    /// A revision above `stored`, the highest of the rows concerned; `None` when there is none
    /// left.
    #[must_use]
    pub fn next(&self, stored: u64) -> Option<u64> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.next_at(u64::try_from(now.as_micros()).unwrap_or(0), stored)
    }

    fn next_at(&self, now: u64, stored: u64) -> Option<u64> {
        let above = |last: u64| Some(now.max(last.max(stored).checked_add(1)?));
        self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, above).ok().and_then(above)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_the_time_where_nothing_is_above_it() {
        assert_eq!(
            RevisionClock::default().next_at(1_700_000_000_000_000, 5),
            Some(1_700_000_000_000_000)
        );
        assert!(RevisionClock::default().next(0).unwrap() > 1_700_000_000_000_000);
    }

    #[test]
    fn revisions_rise_while_the_clock_stands_still_or_goes_back() {
        let revisions = RevisionClock::default();
        let given: Vec<_> = [10, 10, 3, 11].map(|now| revisions.next_at(now, 0).unwrap()).into();
        assert_eq!(given, [10, 11, 12, 13]);
    }

    #[test]
    fn a_stored_revision_from_the_future_is_topped() {
        let revisions = RevisionClock::default();
        assert_eq!(revisions.next_at(10, 1_000), Some(1_001));
        assert_eq!(revisions.next_at(20, 0), Some(1_002));
    }

    #[test]
    fn above_the_highest_revision_there_is_none_and_the_next_row_is_not_harmed() {
        let revisions = RevisionClock::default();
        assert_eq!(revisions.next_at(10, u64::MAX), None);
        assert_eq!(revisions.next_at(10, 0), Some(10));
    }
}
