//! Moments from numbers and from text.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use crate::error::{ModelError, Result};
use crate::timestamp::Timestamp;

impl Timestamp {
    /// The moment `millis` milliseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`ModelError::InvalidTime`] outside the years 1900 to 2299.
    pub fn from_millis(millis: i64) -> Result<Self> {
        if (Self::MIN.as_millis()..=Self::MAX.as_millis()).contains(&millis) {
            return Ok(Self::from_millis_unchecked(millis));
        }
        Err(ModelError::InvalidTime {
            text: format!("{millis} ms"),
            reason: "a time must lie in the years 1900 to 2299".into(),
        })
    }
}

impl TryFrom<DateTime<Utc>> for Timestamp {
    type Error = ModelError;

    fn try_from(time: DateTime<Utc>) -> Result<Self> {
        Self::from_millis(time.timestamp_millis())
    }
}

impl FromStr for Timestamp {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = || ModelError::InvalidTime {
            text: text.to_owned(),
            reason: "write it as 2013-03-01, 2013-03-01T09:30 or 2013-03-01T09:30:00Z".into(),
        };
        let normal = text.trim().replacen(' ', "T", 1);
        let naive = |format| NaiveDateTime::parse_from_str(&normal, format).ok();
        let time = DateTime::parse_from_rfc3339(&normal)
            .map(|time| time.to_utc())
            .ok()
            .or_else(|| {
                DateTime::parse_from_str(&normal, "%Y-%m-%dT%H:%M%:z").map(|t| t.to_utc()).ok()
            })
            .or_else(|| naive("%Y-%m-%dT%H:%M:%S%.f").map(|time| time.and_utc()))
            .or_else(|| naive("%Y-%m-%dT%H:%M").map(|time| time.and_utc()))
            .or_else(|| {
                let date = NaiveDate::parse_from_str(&normal, "%Y-%m-%d").ok()?;
                Some(date.and_hms_opt(0, 0, 0)?.and_utc())
            })
            .ok_or_else(invalid)?;
        if time.timestamp_subsec_nanos() % 1_000_000 != 0 {
            return Err(ModelError::InvalidTime {
                text: text.to_owned(),
                reason: "a time has whole milliseconds".into(),
            });
        }
        Self::from_millis(time.timestamp_millis()).map_err(|error| match error {
            ModelError::InvalidTime { reason, .. } => {
                ModelError::InvalidTime { text: text.to_owned(), reason }
            }
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn iso_spellings_of_one_moment_are_equal() {
        for text in [
            "2024-01-02T03:04:00Z",
            "2024-01-02 03:04:00",
            "2024-01-02T03:04",
            "2024-01-02T03:04:00.000",
            "2024-01-02T05:04:00+02:00",
            "2024-01-02T05:04+02:00",
            " 2024-01-02 03:04:00+00:00 ",
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().as_millis(), 1_704_164_640_000, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_time_gets_an_example_of_one() {
        for text in ["", "yesterday", "2024-13-01", "2024-02-30", "01/02/2024", "24-1-1x"] {
            let error = text.parse::<Timestamp>().unwrap_err().to_string();
            assert!(error.contains("2013-03-01"), "{error}");
        }
    }

    #[test]
    fn years_that_the_database_cannot_keep_are_refused() {
        for text in ["1899-12-31", "2300-01-01"] {
            let error = text.parse::<Timestamp>().unwrap_err().to_string();
            assert!(error.contains(text) && error.contains("1900 to 2299"), "{error}");
        }
        assert_eq!(Timestamp::MIN.to_string(), "1900-01-01");
        assert_eq!(Timestamp::MAX.to_string(), "2299-12-31T23:59:59.999Z");
    }

    proptest! {
        #[test]
        fn text_round_trips(millis in Timestamp::MIN.as_millis()..=Timestamp::MAX.as_millis()) {
            let time = Timestamp::from_millis(millis).unwrap();
            prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
        }
    }
}
