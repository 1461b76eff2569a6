//! Times of day and their offsets from UTC in any spelling.

use chrono::{NaiveTime, Timelike};

use super::date::split_digits;

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimeOfDay {
    /// Nanoseconds after midnight.
    pub(crate) nanos: i64,
    /// How far the clock is ahead of UTC in milliseconds, if that is written.
    pub(crate) offset: Option<i32>,
}

/// Reads what follows a date: nothing, or `T09:30`, ` 9:30:00.000 AM`, ` 093000 GMT+0100`.
pub(crate) fn read(text: &str) -> Option<TimeOfDay> {
    if text.is_empty() {
        return Some(TimeOfDay { nanos: 0, offset: None });
    }
    let text = text.strip_prefix(['T', 't']).unwrap_or(text.trim_start_matches([' ', ';', ',']));
    let ((hour, minute, second), rest) = hours_minutes_seconds(text)?;
    let (fraction, rest) = fraction(rest)?;
    let (hour, rest) = half_day(hour, rest.trim_start())?;
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, fraction)?;
    let nanos = i64::from(time.num_seconds_from_midnight()) * 1_000_000_000 + i64::from(fraction);
    Some(TimeOfDay { nanos, offset: offset(rest.trim_start())? })
}

/// `9:30`, `09:30:00`, `0930` or `093000`; zeros alone are midnight.
fn hours_minutes_seconds(text: &str) -> Option<((u32, u32, u32), &str)> {
    let (digits, rest) = split_digits(text);
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse().ok();
    match digits.len() {
        1..=6 if rest.is_empty() && digits.bytes().all(|b| b == b'0') => Some(((0, 0, 0), rest)),
        1 | 2 => {
            let (minute, rest) = two_digits(rest.strip_prefix(':')?)?;
            let (second, rest) = match rest.strip_prefix(':') {
                Some(rest) => two_digits(rest)?,
                None => (0, rest),
            };
            Some(((digits.parse().ok()?, minute, second), rest))
        }
        4 => Some(((part(0..2)?, part(2..4)?, 0), rest)),
        6 => Some(((part(0..2)?, part(2..4)?, part(4..6)?), rest)),
        _ => None,
    }
}

fn two_digits(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = split_digits(text);
    (digits.len() == 2).then(|| Some((digits.parse().ok()?, rest)))?
}

/// The nanoseconds of `.250`; digits beyond nanoseconds must be zero.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(text) = text.strip_prefix('.') else { return Some((0, text)) };
    let (digits, rest) = split_digits(text);
    let significant = digits.trim_end_matches('0');
    if digits.is_empty() || significant.len() > 9 {
        return None;
    }
    Some((format!("{significant:0<9}").parse().ok()?, rest))
}

fn half_day(hour: u32, text: &str) -> Option<(u32, &str)> {
    let after_noon = match text.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("am") => 0,
        Some("pm") => 12,
        _ => return Some((hour, text)),
    };
    (1..=12).contains(&hour).then(|| (hour % 12 + after_noon, &text[2..]))
}

/// The milliseconds of ``, `Z`, `UTC`, `+01:00`, `-0500`, `GMT+0100`; `None` for what is none.
fn offset(text: &str) -> Option<Option<i32>> {
    let named = text.strip_prefix("GMT").or_else(|| text.strip_prefix("UTC"));
    let text = match (text, named) {
        ("", _) => return Some(None),
        ("Z" | "z", _) | (_, Some("")) => return Some(Some(0)),
        (_, Some(rest)) => rest,
        (text, None) => text,
    };
    let sign = match text.as_bytes() {
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    let digits = match text[1..].split_once(':') {
        Some((hours, minutes)) if hours.len() == 2 => format!("{hours}{minutes}"),
        Some(_) => return None,
        None if text.len() == 3 => format!("{}00", &text[1..]),
        None => text[1..].to_owned(),
    };
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    let minutes = (minutes < 60).then_some(hours * 60 + minutes)?;
    // No clock is more than 14 hours from UTC.
    (minutes <= 14 * 60).then_some(Some(sign * minutes * 60_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF_PAST_NINE: i64 = (9 * 60 + 30) * 60 * 1_000_000_000;
    const HOUR: i32 = 3_600_000;

    #[test]
    fn one_time_of_day_has_many_spellings() {
        for (text, offset) in [
            ("T09:30", None),
            (" 9:30:00", None),
            (" 093000", None),
            (";0930", None),
            ("0930", None),
            (" 9:30:00.000 AM", None),
            ("T09:30:00.000000000000Z", Some(0)),
            (" 09:30:00 UTC", Some(0)),
            (" 09:30:00.000 GMT+0100", Some(HOUR)),
            (" 09:30:00-05:00", Some(-5 * HOUR)),
            (" 09:30:00+05", Some(5 * HOUR)),
        ] {
            assert_eq!(read(text), Some(TimeOfDay { nanos: HALF_PAST_NINE, offset }), "{text}");
        }
    }

    #[test]
    fn noon_and_midnight_are_told_apart() {
        assert_eq!(read(" 12:00 am").unwrap().nanos, 0);
        assert_eq!(read(" 12:00 PM").unwrap().nanos, 12 * 3600 * 1_000_000_000);
        assert_eq!(read(" 13:00 PM"), None);
        assert_eq!(read(" 0").unwrap().nanos, 0);
        assert_eq!(read(" 0.5"), None);
    }

    #[test]
    fn what_no_clock_shows_is_none() {
        for text in [
            "T",
            " ",
            " 24:00",
            " 09:60",
            " 09:30:60",
            " 093",
            " 09:30 EST",
            " 09:30+15:00",
            " 9",
            " 09:30 +é",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
