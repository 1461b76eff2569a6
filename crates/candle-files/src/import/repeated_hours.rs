//! Hours that a clock shows twice or not at all, because of summer time.

use std::ops::Range;

use market_model::{Candle, Timestamp};

use super::dates::moment::Clock;
use super::rows::{Row, SeriesRows};

/// Settles the times that the clock of the file shows twice, where the order of the rows tells: the
/// first pass is summer time. Takes out the rows whose time it does not tell, or never shows, and
/// gives them back with the reason.
pub(crate) fn settle(series: &mut SeriesRows) -> Vec<(Row, String)> {
    let is_clear = |row: &Row| !matches!(row.clock, Clock::Twice(_) | Clock::Never);
    if series.rows.iter().all(is_clear) {
        return Vec::new();
    }
    let mut is_bad: Vec<bool> = series.rows.iter().map(|row| row.clock == Clock::Never).collect();
    let mut from = 0;
    while from < series.rows.len() {
        let run = run(series, from);
        from = run.end.max(from + 1);
        match later_pass(series, &run) {
            Some(later) => later.for_each(|index| {
                let time = &mut series.candles[index].open_time;
                match again(&series.rows[index], *time) {
                    Some(again) => *time = again,
                    None => is_bad[index] = true,
                }
            }),
            None => is_bad[run].fill(true),
        }
    }
    take_out(series, &is_bad)
}

/// The moment when the clock of a row shows the same time again.
fn again(row: &Row, time: Timestamp) -> Option<Timestamp> {
    let Clock::Twice(again) = row.clock else { return None };
    Timestamp::from_millis(time.as_millis() + again.millis()?).ok()
}

/// The rows from `from` on that are in one hour that is there twice.
fn run(series: &SeriesRows, from: usize) -> Range<usize> {
    const LONGEST: i64 = 4 * 3_600_000;
    let time = |index: usize| series.candles[index].open_time.as_millis();
    let is_in = |index: &usize| {
        matches!(series.rows[*index].clock, Clock::Twice(_))
            && (time(*index) - time(from)).abs() < LONGEST
    };
    from..from + (from..series.rows.len()).take_while(is_in).count()
}

/// Those of a run that are in the second pass of the hour; `None` where that cannot be told, as when the
/// hour is there once only.
fn later_pass(series: &SeriesRows, run: &Range<usize>) -> Option<Range<usize>> {
    if run.is_empty() {
        return Some(0..0);
    }
    let candles = &series.candles[run.clone()];
    let before = run.start.checked_sub(1).map(|index| series.candles[index].open_time);
    let after = series.candles.get(run.end).map(|candle| candle.open_time);
    let rises = [before.map(|time| time < candles[0].open_time), {
        after.zip(candles.last()).map(|(time, last)| time > last.open_time)
    }];
    let turns = |turn: fn(&Candle, &Candle) -> bool| {
        let mut places = (1..candles.len()).filter(|at| turn(&candles[at - 1], &candles[*at]));
        let only = places.next().filter(|_| places.next().is_none());
        only.filter(|at| candles[at - 1] != candles[*at]).map(|at| run.start + at)
    };
    let falls = turns(|one, next| next.open_time <= one.open_time);
    let climbs = turns(|one, next| next.open_time >= one.open_time);
    match (rises, falls, climbs) {
        ([Some(true), Some(true) | None] | [None, Some(true)], Some(at), _)
        | ([None, None], Some(at), None) => Some(at..run.end),
        ([Some(false), Some(false) | None] | [None, Some(false)], _, Some(at))
        | ([None, None], None, Some(at)) => Some(run.start..at),
        _ => None,
    }
}

fn take_out(series: &mut SeriesRows, is_bad: &[bool]) -> Vec<(Row, String)> {
    let bad = series.iter().zip(is_bad).filter(|(_, is_bad)| **is_bad);
    let bad: Vec<_> = bad.map(|((candle, row), _)| (*row, reason(row, candle.open_time))).collect();
    let (mut candle_bad, mut row_bad) = (is_bad.iter(), is_bad.iter());
    series.candles.retain(|_| candle_bad.next() == Some(&false));
    series.rows.retain(|_| row_bad.next() == Some(&false));
    bad
}

fn reason(row: &Row, time: Timestamp) -> String {
    let shown = Timestamp::from_millis(row.local(time)).map(|time| time.to_string());
    let shown = shown.unwrap_or_default();
    let shown = shown.trim_end_matches('Z');
    match row.clock {
        Clock::Never => format!("{shown} is not on that clock, which was set forward then"),
        _ => format!(
            "{shown} is there twice on that clock, which was set back then, and the order of the \
             rows does not tell which it is: write the offset, as in {shown}-05:00"
        ),
    }
}
