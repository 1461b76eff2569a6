//! Times that are counted from 1970.

use crate::import::options::TimeUnit;
use crate::import::reject::shown;

impl TimeUnit {
    /// The unit of a count of this size. From 10^8 on it is seconds (to the year 5138), from 10^11
    /// milliseconds, from 10^14 microseconds, from 10^17 nanoseconds; each therefore begins in March
    /// 1973. Smaller numbers can be anything.
    const fn of(size: u128) -> Option<Self> {
        match size {
            0..100_000_000 => None,
            100_000_000..100_000_000_000 => Some(Self::Seconds),
            100_000_000_000..100_000_000_000_000 => Some(Self::Milliseconds),
            100_000_000_000_000..100_000_000_000_000_000 => Some(Self::Microseconds),
            _ => Some(Self::Nanoseconds),
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

    /// The unit of the number in `text`, if it is one whose size tells it.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        Self::of(Number::read(text)?.whole.unsigned_abs())
    }

    /// The milliseconds since 1970 that `text` counts in this unit, if its size is that of one.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) fn read(self, text: &str) -> Result<i64, String> {
        if let Some(millis) = self.read_common(text) {
            return Ok(millis);
        }
        let millis = self.read_any_size(text)?;
        match Self::of_text(text) {
            Some(found) if found == self => Ok(millis),
            Some(found) => {
                Err(format!("{text} looks like {found}; the times before it are {self}"))
            }
            None => Err(too_small(text)),
        }
    }

    /// The same for digits alone, as nearly all counts are: in half the width, which is faster.
    fn read_common(self, text: &str) -> Option<i64> {
        if !(1..=18).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let count: i64 = text.parse().ok()?;
        if Self::of(count.unsigned_abs().into()) != Some(self) {
            return None;
        }
        match self {
            Self::Seconds => Some(count * 1000),
            Self::Milliseconds => Some(count),
            Self::Microseconds => (count % 1000 == 0).then_some(count / 1000),
            Self::Nanoseconds => (count % 1_000_000 == 0).then_some(count / 1_000_000),
        }
    }

    /// The milliseconds since 1970 that `text` counts in this unit.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) fn read_any_size(self, text: &str) -> Result<i64, String> {
        let number = Number::read(text)
            .ok_or_else(|| format!("{} is not a time in {self} since 1970", shown(text)))?;
        number.millis(self).ok_or_else(|| format!("{text} {self}: a time has whole milliseconds"))
    }
}

/// Whether `text` is a number that can count since 1970.
pub(crate) fn is_number(text: &str) -> bool {
    Number::read(text).is_some()
}

/// Why a number of fewer than nine digits is no time.
pub(crate) fn too_small(text: &str) -> String {
    format!(
        "{} can be a row number, a spreadsheet's date or a time: write a date as 2013-03-01, and \
         for a count since 1970 say what it counts, such as --time-unit seconds",
        shown(text)
    )
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

    fn millis(&self, unit: TimeUnit) -> Option<i64> {
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
        TimeUnit::Nanoseconds.to_millis(if self.negative { -nanos } else { nanos })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_count_of_digits_is_the_one_that_the_general_reader_finds(text in "[0-9]{0,19}") {
            let common = TimeUnit::of_text(&text).map(|unit| (unit, unit.read_common(&text)));
            if let Some((unit, Some(millis))) = common {
                prop_assert_eq!(unit.read_any_size(&text), Ok(millis));
            }
        }
    }

    #[test]
    fn the_unit_follows_from_the_size() {
        for (text, millis) in [
            ("1362130200", 1_362_130_200_000),
            ("1362130200.250", 1_362_130_200_250),
            ("-1362130200", -1_362_130_200_000),
            ("1362130200000", 1_362_130_200_000),
            ("1362130200000.0", 1_362_130_200_000),
            ("1362130200000000", 1_362_130_200_000),
            ("1362130200000000000", 1_362_130_200_000),
        ] {
            let unit = TimeUnit::of_text(text).unwrap();
            assert_eq!(unit.read(text), Ok(millis), "{text}");
        }
    }

    #[test]
    fn another_unit_than_that_of_the_file_is_refused() {
        let reason = TimeUnit::Seconds.read("1362130200000").unwrap_err();
        assert!(reason.contains("looks like milliseconds"), "{reason}");
        assert!(TimeUnit::Microseconds.read("1362130200000").is_err());
        assert_eq!(TimeUnit::Seconds.read("100000000"), Ok(100_000_000_000));
        assert!(TimeUnit::Seconds.read("99999999").unwrap_err().contains("--time-unit"));
    }

    #[test]
    fn fractions_of_a_millisecond_are_refused() {
        for text in ["1362130200.0001", "1362130200000001", "1362130200000000001"] {
            let reason = TimeUnit::of_text(text).unwrap().read(text).unwrap_err();
            assert!(reason.contains("whole milliseconds"), "{reason}");
        }
    }

    #[test]
    fn only_numbers_of_nine_digits_and_more_have_a_unit() {
        for text in
            ["", "-", "1e9", "12 ", "1.2.3", "99999999999999999999", "2013-03-01", "0", "99999999"]
        {
            assert_eq!(TimeUnit::of_text(text), None, "{text:?}");
        }
    }
}
