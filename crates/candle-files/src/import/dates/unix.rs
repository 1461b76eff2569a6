//! Times that are counted from 1970.

use std::fmt;

use crate::import::reject::shown;

/// What a file counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl Unit {
    /// The unit of a count of this size. Below 10^11 it is seconds (to the year 5138), below 10^14
    /// milliseconds, below 10^17 microseconds, else nanoseconds; each of the last three therefore
    /// begins in March 1973.
    const fn of(size: u128) -> Self {
        match size {
            0..100_000_000_000 => Self::Seconds,
            100_000_000_000..100_000_000_000_000 => Self::Milliseconds,
            100_000_000_000_000..100_000_000_000_000_000 => Self::Microseconds,
            _ => Self::Nanoseconds,
        }
    }

    const fn nanos(self) -> i128 {
        match self {
            Self::Seconds => 1_000_000_000,
            Self::Milliseconds => 1_000_000,
            Self::Microseconds => 1_000,
            Self::Nanoseconds => 1,
        }
    }

    /// `count` of this unit in milliseconds, if they are whole.
    pub(crate) fn to_millis(self, count: i128) -> Option<i64> {
        let nanos = count.checked_mul(self.nanos())?;
        (nanos % 1_000_000 == 0).then(|| i64::try_from(nanos / 1_000_000).ok())?
    }

    /// The unit of the number in `text`, if it is one.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        Number::read(text).map(|number| Self::of(number.whole.unsigned_abs()))
    }

    /// The milliseconds since 1970 that `text` counts in this unit.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) fn read(self, text: &str) -> Result<i64, String> {
        let number = Number::read(text)
            .ok_or_else(|| format!("{} is not a time in {self} since 1970", shown(text)))?;
        let found = Self::of(number.whole.unsigned_abs());
        if found != self {
            return Err(format!("{text} looks like {found}; the times before it are {self}"));
        }
        number.millis(self).ok_or_else(|| format!("{text} {self}: a time has whole milliseconds"))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Nanoseconds => "nanoseconds",
        })
    }
}

/// A decimal number of at most 19 digits before its point.
struct Number<'a> {
    negative: bool,
    whole: i128,
    fraction: &'a str,
}

impl<'a> Number<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !(1..=19).contains(&whole.len()) || !digits(whole) || !digits(fraction) {
            return None;
        }
        Some(Self {
            negative,
            whole: whole.parse().ok()?,
            fraction: fraction.trim_end_matches('0'),
        })
    }

    fn millis(&self, unit: Unit) -> Option<i64> {
        let power = 10_i128.checked_pow(u32::try_from(self.fraction.len()).ok()?)?;
        let fraction: i128 = match self.fraction {
            "" => 0,
            digits => digits.parse().ok()?,
        };
        let scaled = fraction.checked_mul(unit.nanos())?;
        if scaled % power != 0 {
            return None;
        }
        let nanos = self.whole * unit.nanos() + scaled / power;
        Unit::Nanoseconds.to_millis(if self.negative { -nanos } else { nanos })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_follows_from_the_size() {
        for (text, millis) in [
            ("0", 0),
            ("1362130200", 1_362_130_200_000),
            ("1362130200.250", 1_362_130_200_250),
            ("-1362130200", -1_362_130_200_000),
            ("1362130200000", 1_362_130_200_000),
            ("1362130200000.0", 1_362_130_200_000),
            ("1362130200000000", 1_362_130_200_000),
            ("1362130200000000000", 1_362_130_200_000),
        ] {
            let unit = Unit::of_text(text).unwrap();
            assert_eq!(unit.read(text), Ok(millis), "{text}");
        }
    }

    #[test]
    fn another_unit_than_that_of_the_file_is_refused() {
        let reason = Unit::Seconds.read("1362130200000").unwrap_err();
        assert!(reason.contains("looks like milliseconds"), "{reason}");
        assert!(Unit::Microseconds.read("1362130200000").is_err());
    }

    #[test]
    fn fractions_of_a_millisecond_are_refused() {
        for text in ["1362130200.0001", "1362130200000001", "1362130200000000001"] {
            let reason = Unit::of_text(text).unwrap().read(text).unwrap_err();
            assert!(reason.contains("whole milliseconds"), "{reason}");
        }
    }

    #[test]
    fn only_numbers_have_a_unit() {
        for text in ["", "-", "1e9", "12 ", "1.2.3", "99999999999999999999", "2013-03-01"] {
            assert_eq!(Unit::of_text(text), None, "{text:?}");
        }
    }
}
