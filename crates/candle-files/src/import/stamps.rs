//! Candles that are named by their ends.

use market_model::{Interval, Timestamp};

use super::dates::moment::Clock;
use super::rows::{Row, SeriesRows};
use super::spacing::{from_spacing, of_length};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The open time of a candle of `interval` that ends at `end`: at that moment, or with the last second or
/// millisecond before it. A longer one than a day ends on the day of `end`.
///
/// # Errors
/// No candle ends then, or it cannot be told on which day it does.
pub(crate) fn opening(end: Timestamp, row: &Row, interval: Interval) -> Result<Timestamp, String> {
    if interval < Interval::DAY {
        return opening_in_a_day(end, interval);
    }
    let local = row.local(end);
    let clock = local.rem_euclid(DAY);
    let day = Timestamp::from_millis(local).unwrap_or(end);
    if row.is_date && interval > Interval::DAY && interval.is_open(day) {
        return Err(format!(
            "{day} is the first day of a candle of {interval}, so it cannot be told which one ends: \
             write the last day"
        ));
    }
    let is_known = !matches!(row.clock, Clock::Unsaid | Clock::Utc);
    if !is_known && 0 < clock && clock < 10 * HOUR {
        return Err(format!(
            "{end} can be the midnight that ends a day elsewhere: say on whose clock, such as \
             --timezone America/New_York"
        ));
    }
    let ends_at_midnight = clock == 0 && !row.is_date;
    let last = Timestamp::from_millis(local - i64::from(ends_at_midnight)).unwrap_or(day);
    Ok(interval.open_of(last))
}

fn opening_in_a_day(end: Timestamp, interval: Interval) -> Result<Timestamp, String> {
    let later = |millis| Timestamp::from_millis(end.as_millis() + millis).unwrap_or(end);
    match interval {
        _ if interval.is_open(end) => Ok(interval.open_of(later(-1))),
        _ if interval.is_open(later(1)) || interval.is_open(later(1000)) => {
            Ok(interval.open_of(end))
        }
        _ => Err(format!("{end}: no candle of {interval} ends then")),
    }
}

/// Names the candles of a series by their open times. Takes out the rows of which that cannot be told, and
/// gives them back with the reason.
pub(crate) fn to_openings(series: &mut SeriesRows, interval: Interval) -> Vec<(Row, String)> {
    let (mut bad, mut kept) = (Vec::new(), Vec::with_capacity(series.rows.len()));
    for (candle, row) in series.candles.iter_mut().zip(&series.rows) {
        let opening = opening(candle.open_time, row, interval);
        kept.push(opening.is_ok());
        match opening {
            Ok(time) => candle.open_time = time,
            Err(reason) => bad.push((*row, reason)),
        }
    }
    let (mut candle_kept, mut row_kept) = (kept.iter(), kept.iter());
    series.candles.retain(|_| candle_kept.next() == Some(&true));
    series.rows.retain(|_| row_kept.next() == Some(&true));
    bad
}

/// The interval that the smallest gap between ends shows.
///
/// # Errors
/// Why it shows none.
pub(crate) fn from_ends(series: &[SeriesRows]) -> Result<Interval, String> {
    let ends = |series: &SeriesRows| {
        let mut ends: Vec<i64> =
            series.possible().map(|(candle, row)| row.local(candle.open_time)).collect();
        ends.sort_unstable();
        ends.dedup();
        ends
    };
    let gaps = series.iter().flat_map(|series| {
        ends(series).windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>()
    });
    let gap = gaps.min().ok_or("no symbol has two candles")?;
    // A day in which the clock is set has 23 or 25 hours.
    let gap = if gap < 22 * HOUR { gap } else { (gap + DAY / 2) / DAY * DAY };
    let interval = of_length(gap).ok_or("the gaps between their ends are those of no interval")?;
    let openings = |series: &SeriesRows| {
        let opening = |(candle, row): (&market_model::Candle, &Row)| {
            opening(candle.open_time, row, interval).ok()
        };
        let mut openings: Vec<_> = series.possible().filter_map(opening).collect();
        openings.sort_unstable();
        openings.dedup();
        openings
    };
    from_spacing(&series.iter().map(openings).collect::<Vec<_>>())
}
