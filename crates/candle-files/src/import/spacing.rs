//! The interval of candles that do not state it.

use chrono::Datelike;
use market_model::{Interval, Timestamp};

const DAY: i64 = 86_400_000;

/// Above this percentage of times on a longer grid, the others are strays.
const STRAYS: usize = 90;

/// The interval of `length` milliseconds; 28 to 31 days are a month.
pub(crate) fn of_length(length: i64) -> Option<Interval> {
    Interval::all()
        .find(|interval| interval.millis() == Some(length))
        .or_else(|| (28 * DAY..=31 * DAY).contains(&length).then_some(Interval::MONTH))
}

/// The interval that the smallest gap shows, if most times lie on its grid. Each item of `series`
/// is sorted and has no time twice.
///
/// # Errors
/// Why it shows none.
pub(crate) fn from_spacing(series: &[Vec<Timestamp>]) -> Result<Interval, String> {
    let gaps = series.iter().flat_map(|times| times.windows(2)).map(|pair| match pair {
        [before, after] => after.as_millis() - before.as_millis(),
        _ => i64::MAX,
    });
    let Some(gap) = gaps.min() else { return Err("no symbol has two candles".into()) };
    let apart = describe(gap);
    let Some(interval) = of_length(gap) else {
        return Err(format!("the closest are {apart} apart, and there is no such interval"));
    };
    let times = series.iter().flatten();
    let (on_grid, all) = (count_on(interval, series), times.count());
    if on_grid * 2 <= all {
        return Err(format!(
            "the closest are {apart} apart, but {} of {all} do not open on the grid of {interval}{}",
            all - on_grid,
            match interval {
                Interval::WEEK if on_grid == 0 => {
                    ", which begins on Mondays; if they are named by their ends, give --stamp close"
                }
                Interval::MONTH if on_grid == 0 => {
                    ", which begins on the first; if they are named by their ends, give --stamp close"
                }
                Interval::WEEK => ", which begins on Mondays",
                Interval::MONTH => ", which begins on the first",
                _ if are_at_half_past(interval, series) => {
                    ", which begins at full hours: hours of a session that opens at half past are not \
                     kept; take its bars of 30 minutes or less"
                }
                _ => "",
            }
        ));
    }
    if gap == 3 * DAY && !series.iter().flatten().any(|time| is_weekend(*time)) {
        return Err(format!("the closest are {apart} apart, as Friday and Monday are"));
    }
    let longer = Interval::all()
        .filter(|longer| *longer > interval)
        .find(|longer| are_mostly_on(*longer, series, all));
    match longer {
        Some(longer) => Err(format!(
            "the closest are {apart} apart, but {} of {all} open on the grid of {longer}",
            count_on(longer, series)
        )),
        None => Ok(interval),
    }
}

/// Whether these are hours that begin at half past, as those of a session do.
fn are_at_half_past(interval: Interval, series: &[Vec<Timestamp>]) -> bool {
    const HOUR: i64 = 3_600_000;
    let is_half_past = |time: &Timestamp| time.as_millis().rem_euclid(HOUR) == HOUR / 2;
    interval.millis().is_some_and(|millis| (HOUR..DAY).contains(&millis))
        && series.iter().flatten().all(is_half_past)
}

/// Candles of three days open on weekends too; days without weekends are three days apart.
fn is_weekend(time: Timestamp) -> bool {
    time.to_datetime().weekday().number_from_monday() > 5
}

fn count_on(interval: Interval, series: &[Vec<Timestamp>]) -> usize {
    series.iter().flatten().filter(|time| interval.is_open(**time)).count()
}

/// Whether so many of the times, which are `all`, lie on the grid that the others are strays. Most
/// grids are ruled out without a look at the times, or after some of them.
fn are_mostly_on(interval: Interval, series: &[Vec<Timestamp>], all: usize) -> bool {
    let needed = (all * STRAYS).div_ceil(100);
    if most_on(interval, series) < needed {
        return false;
    }
    let tolerated = all - needed;
    let mut off = series.iter().flatten().filter(|time| !interval.is_open(**time));
    off.nth(tolerated).is_none()
}

/// How many of the times can lie on the grid at most, as far as the first and the last tell.
fn most_on(interval: Interval, series: &[Vec<Timestamp>]) -> usize {
    let length = interval.millis().unwrap_or(28 * DAY);
    let most = |times: &Vec<Timestamp>| match (times.first(), times.last()) {
        (Some(first), Some(last)) => (last.as_millis() - first.as_millis()) / length + 1,
        _ => 0,
    };
    series.iter().map(|times| most(times) as usize).sum()
}

fn describe(millis: i64) -> String {
    const UNITS: [(i64, &str); 4] =
        [(DAY, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second")];
    let (length, name) =
        UNITS.into_iter().find(|(length, _)| millis % length == 0).unwrap_or((1, "millisecond"));
    let count = millis / length;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_grid_that_is_ruled_out_early_has_too_few_times(
            hours in prop_oneof![
                prop::collection::btree_set(0..200_i64, 1..40),
                prop::collection::btree_set((0..200_i64).prop_map(|day| day * 24), 1..40),
            ],
        ) {
            let time = |hour: i64| Timestamp::from_millis(hour * 3_600_000).unwrap();
            let series = [hours.iter().copied().map(time).collect::<Vec<_>>()];
            for interval in Interval::all() {
                let enough = count_on(interval, &series) * 100 >= hours.len() * STRAYS;
                prop_assert_eq!(are_mostly_on(interval, &series, hours.len()), enough);
            }
        }
    }

    fn infer(times: &[&str]) -> Result<Interval, String> {
        let mut times: Vec<Timestamp> = times.iter().map(|time| time.parse().unwrap()).collect();
        times.sort();
        from_spacing(&[times])
    }

    #[test]
    fn gaps_do_not_hide_the_interval() {
        for (times, interval) in [
            (&["2024-01-04", "2024-01-05", "2024-01-08"][..], "1d"),
            (&["2024-01-01", "2024-01-08", "2024-01-22"], "1w"),
            (&["2024-01-01", "2024-03-01", "2024-02-01"], "1M"),
            (&["2023-02-01", "2023-03-01"], "1M"),
            (&["2024-02-23", "2024-02-26", "2024-02-29", "2024-03-03"], "3d"),
            (&["2024-01-01T09:00", "2024-01-01T13:00", "2024-01-01T12:00"], "1h"),
            (&["2024-01-01T09:30", "2024-01-01T09:31"], "1m"),
        ] {
            assert_eq!(infer(times), Ok(interval.parse().unwrap()), "{times:?}");
        }
    }

    #[test]
    fn each_symbol_has_its_own_gaps() {
        let times = |text: [&str; 2]| text.map(|time| time.parse().unwrap()).to_vec();
        let series = [times(["2024-01-01", "2024-01-04"]), times(["2024-01-02", "2024-01-03"])];
        assert_eq!(from_spacing(&series), Ok(Interval::DAY));
    }

    #[test]
    fn what_shows_no_interval_is_described() {
        for (times, reason) in [
            (&["2024-01-01"][..], "no symbol has two candles"),
            (&["2024-01-01", "2024-01-06"], "5 days apart"),
            (&["2013-03-01", "2013-03-04"], "3 days apart, as Friday and Monday are"),
            (
                &["2024-01-03", "2024-01-10"],
                "2 of 2 do not open on the grid of 1w, which begins on Mondays",
            ),
            (
                &["2024-01-02", "2024-02-02"],
                "do not open on the grid of 1M, which begins on the first",
            ),
            (&["2024-01-01T00:00", "2024-01-01T00:07"], "7 minutes apart"),
        ] {
            let error = infer(times).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn a_stray_time_does_not_make_the_interval_shorter() {
        let start: Timestamp = "2024-01-01".parse().unwrap();
        let mut times: Vec<Timestamp> = (0..30)
            .map(|day| Timestamp::from_millis(start.as_millis() + day * DAY).unwrap())
            .collect();
        times.insert(1, "2024-01-01T12:00".parse().unwrap());
        let error = from_spacing(&[times]).unwrap_err();
        assert!(error.contains("12 hours apart, but 30 of 31 open on the grid of 1d"), "{error}");
    }
}
