//! The dates of daily candles whose times are not midnights in UTC.

use market_model::{Interval, Timestamp};

use super::options::ImportOptions;
use super::rows::SeriesRows;
use super::timezone::Timezone;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Before this time of day in UTC it is the same date in every place of the world in which a day has begun
/// since: no clock is more than 14 hours ahead.
const SAME_DATE_EVERYWHERE: i64 = 10 * HOUR;

/// Up to 12 hours after midnight, a session that opens is that of the day.
const NOON: i64 = 12 * HOUR;

/// What the times of daily candles have in common.
#[derive(Debug, Default)]
struct Seen {
    /// Times of day in UTC, and on the clock of the file.
    utc: TimesOfDay,
    local: TimesOfDay,
    /// Whether the clock of the file is another than UTC.
    is_elsewhere: bool,
    /// How many there are.
    count: usize,
    /// Whether some are less than most of a day apart.
    are_close: bool,
    /// Whether none is another time than 09:30 in New York.
    new_york: Option<bool>,
}

/// At most two times of day.
#[derive(Debug, Default)]
struct TimesOfDay {
    first: Option<i64>,
    second: Option<i64>,
    has_more: bool,
}

impl TimesOfDay {
    fn look(&mut self, time: i64) {
        let time = Some(time.rem_euclid(DAY));
        if self.first.is_none() {
            self.first = time;
        } else if self.first != time && self.second.is_none() {
            self.second = time;
        } else if self.first != time && self.second != time {
            self.has_more = true;
        }
    }

    fn only(&self) -> Option<i64> {
        self.first.filter(|_| self.second.is_none() && !self.has_more)
    }

    /// One time, or two an hour apart, as summer and winter time are: the earlier and the later.
    fn one_with_summer_time(&self) -> Option<(i64, i64)> {
        let first = self.first.filter(|_| !self.has_more)?;
        let second = self.second.unwrap_or(first);
        let (early, late) = (first.min(second), first.max(second));
        match late - early {
            0 | HOUR => Some((early, late)),
            gap if gap == DAY - HOUR => Some((late, early + DAY)),
            _ => None,
        }
    }
}

impl Seen {
    fn of(series: &[&mut SeriesRows]) -> Self {
        let mut seen = Self::default();
        let new_york: Option<Timezone> = "America/New_York".parse().ok();
        for series in series {
            let mut last: Option<i64> = None;
            for (candle, row) in series.possible() {
                let utc = candle.open_time.as_millis();
                seen.count += 1;
                seen.utc.look(utc);
                seen.local.look(row.local(candle.open_time));
                seen.is_elsewhere |= row.ahead != 0;
                seen.are_close |=
                    last.is_some_and(|last| (1..22 * HOUR).contains(&(utc - last).abs()));
                last = Some(utc);
                if seen.utc.has_more && seen.local.has_more {
                    // No rule fits them.
                    return seen;
                }
                if !seen.utc.has_more {
                    let ahead = new_york.and_then(|zone| zone.ahead_at(utc)).unwrap_or(0);
                    let local = (utc + i64::from(ahead) * 1000).rem_euclid(DAY);
                    let opens = local == 9 * HOUR + 30 * MINUTE;
                    seen.new_york = Some(opens && seen.new_york != Some(false));
                }
            }
        }
        seen
    }
}

/// Names candles of a day or longer by their dates, when all have one time of day that tells them:
/// `2024-01-02 00:00:00-05:00` and `2024-01-02T05:00:00Z` are the candle of 2024-01-02. Says what it did.
///
/// # Errors
/// The times of day, and what to do, where it cannot be told which dates they are.
pub(crate) fn keep_dates(
    series: &mut [SeriesRows],
    stated: Option<Interval>,
    options: &ImportOptions,
) -> Result<Option<String>, (String, String)> {
    let interval = |series: &SeriesRows| options.interval.or(series.interval).or(stated);
    let mut daily: Vec<&mut SeriesRows> = series
        .iter_mut()
        .filter(|series| interval(series).is_none_or(|interval| interval >= Interval::DAY))
        .collect();
    let seen = Seen::of(&daily);
    let local_midnight = seen.is_elsewhere && seen.local.only() == Some(0);
    if seen.are_close && !local_midnight {
        return Ok(None);
    }
    let note = if local_midnight {
        "times are midnights of another clock than UTC: stored under their dates".to_owned()
    } else if seen.is_elsewhere || options.timezone.is_some() {
        match seen.local.only() {
            None | Some(0) => return Ok(None),
            Some(time) if time <= NOON => {
                format!("times are {} of their clock: stored under its dates", clock(time))
            }
            Some(time) => {
                let advice = "if they are the ends of the days, give --stamp close; otherwise write \
                              the dates alone";
                return Err((format!("{} on their clock", clock(time)), advice.to_owned()));
            }
        }
    } else {
        match seen.utc.one_with_summer_time() {
            None | Some((0, 0)) => return Ok(None),
            // One time has nothing in common with others.
            Some(_) if seen.count < 2 => return Ok(None),
            Some((early, late)) if late < SAME_DATE_EVERYWHERE => {
                format!("times are {} UTC: stored under their dates", both(early, late))
            }
            Some((early, late)) if early != late && seen.new_york == Some(true) => format!(
                "times are {} UTC, 09:30 in New York: stored under their dates",
                both(early, late)
            ),
            Some((early, late)) => {
                let advice = format!(
                    "say on whose clock the day is meant, such as --timezone {}",
                    zone_of(early, late)
                );
                return Err((format!("{} UTC", both(early, late)), advice));
            }
        }
    };
    for series in &mut daily {
        for (candle, row) in series.candles.iter_mut().zip(&series.rows) {
            let local = row.local(candle.open_time);
            if let Ok(date) = Timestamp::from_millis(local - local.rem_euclid(DAY)) {
                candle.open_time = date;
            }
        }
    }
    Ok(Some(note))
}

/// A place in which a day can begin at these times in UTC, or a session.
const fn zone_of(early: i64, late: i64) -> &'static str {
    match (early / MINUTE, late / MINUTE) {
        (1320 | 1380, 1320 | 1380) => "Europe/Berlin",
        (1380, 1440) => "Europe/London",
        (1260 | 1320, 1260 | 1320) => "Europe/Athens",
        (780 | 840, 780 | 840) => "Australia/Sydney",
        (1110, 1110) => "Asia/Kolkata",
        (960, 960) => "Asia/Hong_Kong",
        (900, 900) => "Asia/Tokyo",
        _ => "America/New_York",
    }
}

fn both(early: i64, late: i64) -> String {
    match early == late {
        true => clock(early),
        false => format!("{} and {}", clock(early), clock(late)),
    }
}

fn clock(time: i64) -> String {
    format!("{:02}:{:02}", time / HOUR % 24, time / MINUTE % 60)
}
