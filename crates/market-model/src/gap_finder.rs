//! Finding the open times that should have a candle and have none.

use crate::calendar::Calendar;
use crate::coverage::Coverage;
use crate::interval::Interval;
use crate::series_key::SeriesKey;
use crate::time_range::TimeRange;
use crate::timestamp::Timestamp;

/// Walks over the open times of a series, oldest first, and notes where one is missing.
///
/// ```
/// use market_model::{Calendar, GapFinder, Interval, SeriesKey, TimeRange};
/// let key = SeriesKey::parse("NASDAQ:AAPL", Interval::DAY).unwrap();
/// let mut finder = GapFinder::new(key, Calendar::Weekdays, TimeRange::ALL);
/// for day in ["2013-03-01", "2013-03-05"] {
///     finder.see(day.parse().unwrap());
/// }
/// let coverage = finder.finish();
/// assert_eq!((coverage.count, coverage.missing()), (2, 1)); // Monday, 2013-03-04
/// ```
#[derive(Debug)]
pub struct GapFinder {
    interval: Interval,
    calendar: Calendar,
    end: Option<Timestamp>,
    /// The open time that should come next, once it is known.
    next: Option<Timestamp>,
    coverage: Coverage,
}

impl GapFinder {
    /// Begins with nothing seen. Gaps are looked for between the first and the last open time, and
    /// to the ends of `range` where it has ends.
    #[must_use]
    pub fn new(key: SeriesKey, calendar: Calendar, range: TimeRange) -> Self {
        let interval = key.interval();
        let start = range.start().map(|start| match interval.open_of(start) {
            open if open == start => open,
            _ => interval.next_open(start),
        });
        Self { interval, calendar, end: range.end(), next: start, coverage: Coverage::new(key) }
    }

    /// The next open time, which must be after the one before it and lie in the range.
    pub fn see(&mut self, open: Timestamp) {
        if let Some(next) = self.next {
            self.note_missing(next, open);
        }
        self.next = Some(self.interval.next_open(open));
        self.coverage.first.get_or_insert(open);
        self.coverage.last = Some(open);
        self.coverage.count += 1;
    }

    /// All `count` candles from `first` to `last` at once, if nothing can be missing between them:
    /// there are as many as fit, and each one that fits is expected. Else `false`, and nothing
    /// counts as seen. The same conditions hold as for [`GapFinder::see`].
    #[must_use]
    pub fn see_whole(&mut self, first: Timestamp, last: Timestamp, count: u64) -> bool {
        let after = self.interval.next_open(last);
        let fit = Calendar::Continuous.expected(self.interval, first, after);
        let rests = self.calendar != Calendar::Continuous && self.interval.divides(Interval::DAY);
        let is_whole = !rests && fit.is_some_and(|fit| fit.missing == count);
        if is_whole {
            self.see(first);
            self.next = Some(after);
            self.coverage.last = Some(last);
            self.coverage.count += count - 1;
        }
        is_whole
    }

    /// What was seen and what was missing.
    #[must_use]
    pub fn finish(mut self) -> Coverage {
        if let (Some(next), Some(end)) = (self.next, self.end) {
            self.note_missing(next, end);
        }
        self.coverage
    }

    /// Everything that the calendar expects from `from` to before `to` is missing.
    fn note_missing(&mut self, from: Timestamp, to: Timestamp) {
        if from < to
            && let Some(gap) = self.calendar.expected(self.interval, from, to)
        {
            self.coverage.note(gap);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::coverage::Gap;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn coverage(interval: &str, calendar: Calendar, range: TimeRange, opens: &[&str]) -> Coverage {
        let key = SeriesKey::parse("A", interval.parse().unwrap()).unwrap();
        let mut finder = GapFinder::new(key, calendar, range);
        opens.iter().for_each(|open| finder.see(at(open)));
        finder.finish()
    }

    #[test]
    fn a_weekend_is_a_gap_only_for_a_market_that_never_closes() {
        let opens = ["2024-01-05", "2024-01-08"];
        let always = coverage("1d", Calendar::Continuous, TimeRange::ALL, &opens);
        let weekend = Gap { first: at("2024-01-06"), last: at("2024-01-07"), missing: 2 };
        assert_eq!(always.gaps, [weekend]);
        assert!(coverage("1d", Calendar::Weekdays, TimeRange::ALL, &opens).gaps.is_empty());
    }

    #[test]
    fn a_gap_over_a_weekend_is_one_run() {
        let opens = ["2024-01-04", "2024-01-09"];
        let coverage = coverage("1d", Calendar::Weekdays, TimeRange::ALL, &opens);
        let gap = Gap { first: at("2024-01-05"), last: at("2024-01-08"), missing: 2 };
        assert_eq!((coverage.gaps.as_slice(), coverage.missing()), (&[gap][..], 2));
    }

    #[test]
    fn four_hundred_years_without_seconds_are_two_gaps() {
        let range = TimeRange::new(Timestamp::MIN, Timestamp::MAX).unwrap();
        let coverage = coverage("1s", Calendar::Continuous, range, &["2024-01-01"]);
        assert_eq!((coverage.count, coverage.gap_count), (1, 2));
        assert_eq!(coverage.missing(), 146_097 * 86_400 - 1);
    }

    #[test]
    fn of_two_longest_gaps_the_newer_one_is_shown() {
        let opens = ["2024-01-01", "2024-01-04", "2024-01-06", "2024-01-09", "2024-01-11"];
        let coverage = coverage("1d", Calendar::Continuous, TimeRange::ALL, &opens);
        assert_eq!(coverage.longest_gap, Some(coverage.gaps[2]));
    }

    #[test]
    fn more_gaps_than_are_kept_are_counted_all_the_same() {
        let key = SeriesKey::parse("A", Interval::MINUTE).unwrap();
        let mut finder = GapFinder::new(key, Calendar::Continuous, TimeRange::ALL);
        let kept = Coverage::MOST_GAPS as i64;
        // One minute is missing between two, and at the end two.
        for minute in (0..=2 * kept).step_by(2).chain([2 * kept + 3]) {
            finder.see(Timestamp::from_millis(minute * 60_000).unwrap());
        }
        let coverage = finder.finish();
        let counted = (coverage.gap_count, coverage.missing(), coverage.gaps.len() as i64);
        assert_eq!(counted, (kept as u64 + 1, kept as u64 + 2, kept));
        let last = at("1970-01-01").as_millis() + (2 * kept + 1) * 60_000;
        assert_eq!(coverage.longest_gap.unwrap().first.as_millis(), last);
    }

    #[test]
    fn months_of_different_length_leave_no_gap() {
        let opens = ["2024-01-01", "2024-02-01", "2024-04-01"];
        let coverage = coverage("1M", Calendar::Continuous, TimeRange::ALL, &opens);
        assert_eq!(coverage.gaps.len(), 1);
        assert_eq!(coverage.gaps[0].first, at("2024-03-01"));
    }

    #[test]
    fn a_range_that_was_asked_for_counts_to_its_ends() {
        let range = TimeRange::new(at("2024-01-01T12:00"), at("2024-01-06")).unwrap();
        let coverage = coverage("1d", Calendar::Continuous, range, &["2024-01-03"]);
        let gap = |first, last, missing| Gap { first: at(first), last: at(last), missing };
        assert_eq!(
            coverage.gaps,
            [gap("2024-01-02", "2024-01-02", 1), gap("2024-01-04", "2024-01-05", 2)]
        );
    }

    #[test]
    fn nothing_stored_has_no_first_and_no_gaps() {
        let coverage = coverage("1d", Calendar::Continuous, TimeRange::ALL, &[]);
        assert_eq!((coverage.first, coverage.count, coverage.gaps.len()), (None, 0, 0));
    }

    proptest! {
        /// Wherever candles are missing, also at the ends of the range, and on whatever calendar.
        #[test]
        fn what_is_seen_at_once_is_as_one_after_the_other(
            stored in proptest::collection::btree_set(0_i64..8, 1..9),
            start in 0_i64..200,
            range in (0_i64..10, 0_i64..10),
            interval in proptest::sample::select(vec!["1h", "1d", "3d", "1w", "1M"]),
            calendar in proptest::sample::select(vec![Calendar::Continuous, Calendar::Weekdays]),
        ) {
            let key = SeriesKey::parse("A", interval.parse().unwrap()).unwrap();
            let open = |place: i64| {
                let first = key.interval().open_of(at("2024-01-05"));
                let opens = std::iter::successors(Some(first), |&open| {
                    Some(key.interval().next_open(open))
                });
                opens.take((start + place) as usize + 1).last().unwrap()
            };
            let (first, last) = (*stored.first().unwrap(), *stored.last().unwrap());
            let range = TimeRange::new(open(first.min(range.0)), open(last + 1 + range.1)).unwrap();
            let mut one_by_one = GapFinder::new(key.clone(), calendar, range);
            stored.iter().for_each(|&place| one_by_one.see(open(place)));
            let expected = one_by_one.finish();
            let mut at_once = GapFinder::new(key.clone(), calendar, range);
            let is_whole = at_once.see_whole(open(first), open(last), stored.len() as u64);
            let holes = (last - first + 1) as usize - stored.len();
            let rests = calendar == Calendar::Weekdays && key.interval() <= Interval::DAY;
            prop_assert_eq!(is_whole, holes == 0 && !rests);
            if is_whole {
                prop_assert_eq!(at_once.finish(), expected);
            } else {
                prop_assert_eq!(at_once.finish().count, 0);
            }
        }

        #[test]
        fn stored_and_missing_add_up_to_the_whole_grid(
            stored in proptest::collection::btree_set(0_i64..500, 1..50),
        ) {
            let key = SeriesKey::parse("A", Interval::HOUR).unwrap();
            let mut finder = GapFinder::new(key, Calendar::Continuous, TimeRange::ALL);
            for hour in &stored {
                finder.see(Timestamp::from_millis(hour * 3_600_000).unwrap());
            }
            let coverage = finder.finish();
            let span = stored.last().unwrap() - stored.first().unwrap() + 1;
            prop_assert_eq!(coverage.count + coverage.missing(), span as u64);
        }
    }
}
