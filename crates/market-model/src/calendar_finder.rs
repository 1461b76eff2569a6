//! Finding out when a market trades from the candles that there are.

use crate::calendar::Calendar;
use crate::interval::Interval;
use crate::timestamp::Timestamp;

/// Looks at the open times of a series, oldest first, for whether its market rests on weekends.
///
/// It does if no candle opens on a Saturday or Sunday in UTC, and at least four weeks, each with a
/// later candle behind it, have candles on four of their five weekdays or on all. In a market that
/// never closes and loses days by chance, four weeks look so once in 100,000 times at most.
///
/// ```
/// use market_model::{Calendar, CalendarFinder, Interval, Timestamp};
/// let mut finder = CalendarFinder::new(Interval::DAY);
/// for (week, day) in (0..5).flat_map(|week| (0..5).map(move |day| (week, day))) {
///     let monday = 4; // 1970-01-05
///     finder.see(Timestamp::from_millis((monday + week * 7 + day) * 86_400_000).unwrap());
/// }
/// assert_eq!(finder.finish(), Some(Calendar::Weekdays));
/// ```
#[derive(Debug, Clone)]
pub struct CalendarFinder {
    interval: Interval,
    /// The Monday of the week that is looked at, and its days that have a candle, a bit for each.
    week: Option<(Timestamp, u8)>,
    /// The weeks behind it that show the calendar.
    weeks: u32,
    has_weekend: bool,
}

impl CalendarFinder {
    /// How many weeks must show the calendar.
    const WEEKS: u32 = 4;
    /// On how many days such a week has candles, at least.
    const DAYS: u32 = 4;

    /// Begins with nothing seen of a series of `interval`.
    #[must_use]
    pub const fn new(interval: Interval) -> Self {
        Self { interval, week: None, weeks: 0, has_weekend: false }
    }

    /// The next open time, or any time of the same day; it must not be before the one before it.
    pub fn see(&mut self, open: Timestamp) {
        const DAY: i64 = 86_400_000;
        let monday = Interval::WEEK.open_of(open);
        let day = (open.as_millis() - monday.as_millis()) / DAY;
        self.has_weekend |= day >= 5;
        let days = match self.week {
            Some((week, days)) if week == monday => days,
            Some((_, days)) => {
                self.weeks += u32::from(days.count_ones() >= Self::DAYS);
                0
            }
            None => 0,
        };
        self.week = Some((monday, days | 1 << day));
    }

    /// The calendar, if what was seen shows one. Candles of more than a day show none.
    #[must_use]
    pub fn finish(self) -> Option<Calendar> {
        let shows_weekdays =
            self.interval.divides(Interval::DAY) && !self.has_weekend && self.weeks >= Self::WEEKS;
        shows_weekdays.then_some(Calendar::Weekdays)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Days are counted from a Monday.
    fn found(interval: Interval, days: impl IntoIterator<Item = i64>) -> Option<Calendar> {
        let monday = Interval::WEEK.open_of("2024-01-01".parse().unwrap()).as_millis();
        let mut finder = CalendarFinder::new(interval);
        for day in days {
            finder.see(Timestamp::from_millis(monday + day * 86_400_000).unwrap());
        }
        finder.finish()
    }

    fn weekdays(weeks: i64) -> impl Iterator<Item = i64> {
        (0..weeks * 7).filter(|day| day % 7 < 5)
    }

    #[test]
    fn four_weeks_with_a_later_candle_show_weekdays() {
        let day = |days: &mut dyn Iterator<Item = i64>| found(Interval::DAY, days);
        assert_eq!(day(&mut weekdays(4)), None, "the fourth weekend is still to come");
        assert_eq!(day(&mut weekdays(4).chain([28])), Some(Calendar::Weekdays));
        assert_eq!(day(&mut weekdays(3).chain([21, 28])), None, "one day is no week");
        assert_eq!(day(&mut weekdays(5).filter(|day| day % 7 != 2)), Some(Calendar::Weekdays));
        assert_eq!(day(&mut weekdays(9).filter(|day| day % 7 > 1)), None, "three days in a week");
        assert_eq!(day(&mut std::iter::empty()), None);
    }

    #[test]
    fn candles_of_a_week_show_nothing() {
        for interval in Interval::all().filter(|interval| !interval.divides(Interval::DAY)) {
            assert_eq!(found(interval, weekdays(9)), None, "{interval}");
        }
    }

    proptest! {
        #[test]
        fn one_candle_on_a_weekend_shows_that_there_are_some(
            week in 0_i64..20, sunday in any::<bool>(),
        ) {
            let mut days: BTreeSet<_> = weekdays(20).collect();
            prop_assert!(found(Interval::HOUR, days.clone()).is_some());
            days.insert(week * 7 + 5 + i64::from(sunday));
            prop_assert_eq!(found(Interval::HOUR, days), None);
        }

        #[test]
        fn the_rule_holds_for_any_days(
            days in prop::collection::btree_set(0_i64..70, 0..60),
            weekend in any::<bool>(),
            repeated in 1_usize..3,
        ) {
            let days: BTreeSet<_> =
                days.into_iter().filter(|day| weekend || day % 7 < 5).collect();
            let last_week = days.last().map_or(0, |day| day / 7);
            let in_week = |week| days.iter().filter(|&day| day / 7 == week).count();
            let weeks = (0..last_week).filter(|&week| in_week(week) >= 4).count();
            let expected = weeks >= 4 && days.iter().all(|day| day % 7 < 5);
            let seen = days.iter().flat_map(|&day| std::iter::repeat_n(day, repeated));
            prop_assert_eq!(found(Interval::HOUR, seen).is_some(), expected);
        }
    }
}
