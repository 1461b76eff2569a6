//! When a market trades.

use chrono::{Datelike, Weekday};

use crate::coverage::Gap;
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

const FIVE_DAYS: i64 = 5 * 86_400_000;

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

    /// All candles of `interval` that should open from `from`, which lies on the grid, to before
    /// `to`. They are counted, not walked over: 400 years of seconds cost what one minute does.
    pub(crate) fn expected(
        self,
        interval: Interval,
        from: Timestamp,
        to: Timestamp,
    ) -> Option<Gap> {
        let before = |time: Timestamp| {
            interval.open_of(Timestamp::from_millis_unchecked(time.as_millis() - 1))
        };
        let (mut first, mut last) = (from, before(to));
        if !self.expects(interval, first) {
            first = Interval::WEEK.next_open(first);
        }
        if !self.expects(interval, last) {
            last = before(saturday(last));
        }
        (first <= last).then(|| {
            let missing = self.place(interval, last) - self.place(interval, first) + 1;
            Gap { first, last, missing: missing.unsigned_abs() }
        })
    }

    /// The place of an expected open time among all that are expected.
    fn place(self, interval: Interval, open: Timestamp) -> i64 {
        match (self, interval.millis()) {
            (Self::Weekdays, Some(length)) if interval.divides(Interval::DAY) => {
                let monday = Interval::WEEK.open_of(open).as_millis();
                Interval::WEEK.place_of(open) * (FIVE_DAYS / length)
                    + (open.as_millis() - monday) / length
            }
            _ => interval.place_of(open),
        }
    }
}

/// The Saturday of the week that `time` lies in.
fn saturday(time: Timestamp) -> Timestamp {
    Timestamp::from_millis_unchecked(Interval::WEEK.open_of(time).as_millis() + FIVE_DAYS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CALENDARS: [Calendar; 2] = [Calendar::Continuous, Calendar::Weekdays];

    /// The same by walking over the grid.
    fn walked(
        calendar: Calendar,
        interval: Interval,
        from: Timestamp,
        to: Timestamp,
    ) -> Option<Gap> {
        let opens = std::iter::successors(Some(from), |&open| Some(interval.next_open(open)));
        opens.take_while(|&open| open < to).filter(|&open| calendar.expects(interval, open)).fold(
            None,
            |gap, open| {
                let Gap { first, missing, .. } =
                    gap.unwrap_or(Gap { first: open, last: open, missing: 0 });
                Some(Gap { first, last: open, missing: missing + 1 })
            },
        )
    }

    #[test]
    fn only_candles_of_up_to_a_day_are_not_expected_at_the_weekend() {
        let saturday: Timestamp = "2024-01-06".parse().unwrap();
        let three_days: Interval = "3d".parse().unwrap();
        let opens = three_days.open_of(saturday);
        assert_eq!(opens, saturday);
        assert!(Calendar::Weekdays.expects(three_days, saturday));
        assert!(!Calendar::Weekdays.expects(Interval::DAY, saturday));
    }

    #[test]
    fn four_hundred_years_of_seconds_are_counted_at_once() {
        let second: Interval = "1s".parse().unwrap();
        for (calendar, days, last) in [
            (Calendar::Continuous, 146_097, "2299-12-31T23:59:59Z"),
            // 1900-01-01 is a Monday and 2299-12-31 a Sunday.
            (Calendar::Weekdays, 20_871 * 5, "2299-12-29T23:59:59Z"),
        ] {
            let gap = calendar.expected(second, Timestamp::MIN, Timestamp::MAX).unwrap();
            assert_eq!(gap.missing, days * 86_400);
            assert_eq!((gap.first, gap.last.to_string().as_str()), (Timestamp::MIN, last));
        }
    }

    proptest! {
        #[test]
        fn what_is_counted_is_what_a_walk_finds(
            interval in 0..Interval::all().count(),
            calendar in prop::sample::select(&CALENDARS[..]),
            from in Timestamp::MIN.as_millis()..Timestamp::MAX.as_millis() - 40 * 86_400_000,
            candles in 0_i64..400,
            rest in 0_i64..86_400_000,
        ) {
            let interval = Interval::all().nth(interval).unwrap();
            let from = interval.open_of(Timestamp::from_millis(from).unwrap());
            let length = interval.millis().unwrap_or(30 * 86_400_000);
            let to = from.as_millis() + candles * length + rest % length;
            let to = Timestamp::from_millis_unchecked(to);
            let counted = calendar.expected(interval, from, to);
            prop_assert_eq!(counted, walked(calendar, interval, from, to));
        }
    }
}
