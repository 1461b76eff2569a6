//! How a column says the interval of each row.

use market_model::{Interval, ModelError};

use super::reject::shown;

/// How a column says the interval of each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntervalCodes {
    /// `1m`, `1h`, `1d`.
    Names,
    /// `5` minutes, `D`, `W`, `M`, in a column `<PER>`.
    Periods,
    /// The record types of Databento's bars.
    RecordTypes,
}

impl IntervalCodes {
    /// Those of a column with this plain name.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "per" => Self::Periods,
            "rtype" => Self::RecordTypes,
            _ => Self::Names,
        }
    }

    /// The interval.
    ///
    /// # Errors
    /// Why it is none.
    pub(crate) fn read(self, text: &str) -> Result<Interval, String> {
        let interval = match self {
            Self::Names => return text.parse().map_err(|error: ModelError| error.to_string()),
            Self::Periods => period(text),
            Self::RecordTypes => match text {
                "32" => "1s".parse().ok(),
                "33" => Some(Interval::MINUTE),
                "34" => Some(Interval::HOUR),
                "35" => Some(Interval::DAY),
                _ => None,
            },
        };
        interval.ok_or_else(|| format!("{} is the code of no interval", shown(text)))
    }
}

fn period(text: &str) -> Option<Interval> {
    match text {
        "D" | "d" => Some(Interval::DAY),
        "W" | "w" => Some(Interval::WEEK),
        "M" | "m" => Some(Interval::MONTH),
        _ => {
            let minutes: i64 = text.parse().ok()?;
            let millis = minutes.checked_mul(60_000)?;
            Interval::all().find(|interval| interval.millis() == Some(millis))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_their_column_means_them() {
        for (name, code, interval) in [
            ("interval", "1h", "1h"),
            ("per", "60", "1h"),
            ("per", "240", "4h"),
            ("per", "D", "1d"),
            ("per", "W", "1w"),
            ("per", "M", "1M"),
            ("rtype", "32", "1s"),
            ("rtype", "33", "1m"),
            ("rtype", "34", "1h"),
            ("rtype", "35", "1d"),
        ] {
            assert_eq!(IntervalCodes::of(name).read(code), Ok(interval.parse().unwrap()), "{code}");
        }
        for (name, code) in [("interval", "60"), ("per", "7"), ("per", "1h"), ("rtype", "36")] {
            assert!(IntervalCodes::of(name).read(code).is_err(), "{name} {code}");
        }
    }
}
