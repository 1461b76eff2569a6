//! The clock of a place.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

/// A time zone of the IANA database, such as `America/New_York`, with its summer times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timezone(Tz);

/// There is no time zone of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone {name:?}: {}", suggested(nearest))]
pub struct UnknownTimezone {
    name: String,
    nearest: Vec<&'static str>,
}

fn suggested(nearest: &[&str]) -> String {
    match nearest {
        [] => "write a name of the IANA database, such as America/New_York".to_owned(),
        names => format!("the nearest names are {}", names.join(", ")),
    }
}

impl fmt::Display for Timezone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl FromStr for Timezone {
    type Err = UnknownTimezone;

    /// Reads a name of the IANA database.
    ///
    /// # Errors
    /// There is no such name; the nearest ones are in the message.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = |_| UnknownTimezone { name: text.to_owned(), nearest: nearest(text) };
        text.parse().map(Self).map_err(unknown)
    }
}

/// The three names that are most like `text`, if they are like it at all. A city is enough.
fn nearest(text: &str) -> Vec<&'static str> {
    const LIKE: f64 = 0.8;
    let text = text.to_lowercase().replace(' ', "_");
    let like = |name: &str| strsim::jaro_winkler(&text, &name.to_lowercase());
    let likeness = |name: &'static str| {
        let city = name.rsplit('/').next().unwrap_or(name);
        (like(name).max(like(city)), name)
    };
    let mut names: Vec<_> = TZ_VARIANTS.iter().map(|zone| likeness(zone.name())).collect();
    names.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    names.into_iter().take_while(|(like, _)| *like > LIKE).take(3).map(|(_, name)| name).collect()
}

/// What a clock that shows a time can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// One moment, by the seconds that the clock is ahead of UTC then.
    Once(i32),
    /// Two moments, because the clock was set back: by its seconds before and after.
    Twice(i32, i32),
    /// None, because the clock was set forward: by its seconds before.
    Never(i32),
}

impl Timezone {
    /// What this clock means when it shows `local` milliseconds since 1970.
    pub(crate) fn shown(self, local: i64) -> Option<Shown> {
        const DAY: i64 = 86_400_000;
        let time: NaiveDateTime = DateTime::from_timestamp_millis(local)?.naive_utc();
        Some(match self.0.offset_from_local_datetime(&time) {
            LocalResult::Single(offset) => Shown::Once(offset.fix().local_minus_utc()),
            LocalResult::Ambiguous(before, after) => {
                Shown::Twice(before.fix().local_minus_utc(), after.fix().local_minus_utc())
            }
            LocalResult::None => Shown::Never(self.ahead_at(local - DAY)?),
        })
    }

    /// How many seconds this clock is ahead of UTC at a moment in milliseconds since 1970.
    pub(crate) fn ahead_at(self, utc: i64) -> Option<i32> {
        let time = DateTime::<Utc>::from_timestamp_millis(utc)?.naive_utc();
        Some(self.0.offset_from_utc_datetime(&time).fix().local_minus_utc())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(text: &str) -> i64 {
        text.parse::<NaiveDateTime>().unwrap().and_utc().timestamp_millis()
    }

    #[test]
    fn an_hour_can_be_there_once_twice_or_not_at_all() {
        let zone: Timezone = "America/New_York".parse().unwrap();
        let shown = |text| zone.shown(millis(text)).unwrap();
        assert_eq!(shown("2024-01-02T09:30:00"), Shown::Once(-5 * 3600));
        assert_eq!(shown("2024-03-10T02:30:00"), Shown::Never(-5 * 3600));
        assert_eq!(shown("2024-11-03T01:00:00"), Shown::Twice(-4 * 3600, -5 * 3600));
        assert_eq!(shown("2024-11-03T02:00:00"), Shown::Once(-5 * 3600));
        let berlin: Timezone = "Europe/Berlin".parse().unwrap();
        assert_eq!(berlin.shown(millis("2024-03-31T02:30:00")), Some(Shown::Never(3600)));
    }

    #[test]
    fn a_name_that_is_unknown_is_answered_with_the_nearest() {
        for (text, name) in [
            ("America/NewYork", "America/New_York"),
            ("new york", "America/New_York"),
            ("europe/berlin", "Europe/Berlin"),
            ("Tokio", "Asia/Tokyo"),
        ] {
            let error = text.parse::<Timezone>().unwrap_err().to_string();
            assert!(error.contains(name), "{text}: {error}");
        }
        let error = "qqq".parse::<Timezone>().unwrap_err().to_string();
        assert!(error.contains("such as America/New_York"), "{error}");
    }
}
