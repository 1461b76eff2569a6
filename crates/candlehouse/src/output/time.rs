//! Times as programs and people read them.

use candle_repository::Timestamp;
use chrono::SecondsFormat;

/// `time` for programs: always with the time of day and `Z`.
pub(crate) fn iso8601(time: Timestamp) -> String {
    time.to_datetime().to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// How much of a time people need to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Precision {
    /// `2024-01-02`
    Day,
    /// `2024-01-02 09:30`
    Minute,
    /// `2024-01-02 09:30:15`
    Second,
    /// `2024-01-02 09:30:15.250`
    Millisecond,
}

impl Precision {
    /// The least that shows all of `times` exactly.
    pub(crate) fn of(times: impl IntoIterator<Item = Timestamp>) -> Self {
        times.into_iter().map(Self::of_one).max().unwrap_or(Self::Day)
    }

    fn of_one(time: Timestamp) -> Self {
        let divides = |millis| time.as_millis().rem_euclid(millis) == 0;
        if divides(86_400_000) {
            Self::Day
        } else if divides(60_000) {
            Self::Minute
        } else if divides(1_000) {
            Self::Second
        } else {
            Self::Millisecond
        }
    }

    /// `time` for people, in UTC.
    pub(crate) fn show(self, time: Timestamp) -> String {
        let pattern = match self {
            Self::Day => "%Y-%m-%d",
            Self::Minute => "%Y-%m-%d %H:%M",
            Self::Second => "%Y-%m-%d %H:%M:%S",
            Self::Millisecond => "%Y-%m-%d %H:%M:%S%.3f",
        };
        time.to_datetime().format(pattern).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_share_the_precision_that_the_finest_needs_and_read_back() {
        for (texts, shown) in [
            (["2024-01-02", "2024-01-03"], "2024-01-02"),
            (["2024-01-02", "2024-01-03T09:30"], "2024-01-02 00:00"),
            (["2024-01-02", "1969-12-31T23:59:59"], "2024-01-02 00:00:00"),
            (["2024-01-02", "2024-01-03T00:00:00.001"], "2024-01-02 00:00:00.000"),
        ] {
            let times = texts.map(|text| text.parse::<Timestamp>().unwrap());
            let precision = Precision::of(times);
            assert_eq!(precision.show(times[0]), shown);
            for time in times {
                assert_eq!(precision.show(time).parse::<Timestamp>().unwrap(), time);
                assert_eq!(iso8601(time).parse::<Timestamp>().unwrap(), time);
            }
        }
    }

    #[test]
    fn programs_always_get_the_time_of_day() {
        assert_eq!(iso8601("2024-01-02".parse().unwrap()), "2024-01-02T00:00:00Z");
    }
}
