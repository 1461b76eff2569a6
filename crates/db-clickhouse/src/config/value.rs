//! How values are written where they are text.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use db_port::Result;

use super::compression::Compression;
use super::error::invalid;

/// Longer than anyone waits, and short enough to be added to any moment.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

pub(crate) const fn at_most_a_year(time: Duration) -> Duration {
    if time.as_secs() < A_YEAR.as_secs() { time } else { A_YEAR }
}

/// `key` is the name that the user gave the value under, also below.
pub(super) fn flag(key: &str, text: &str) -> Result<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err(invalid(key, "write true or false")),
    }
}

/// By its name; a switch is LZ4 or nothing.
pub(super) fn compression(key: &str, text: &str) -> Result<Compression> {
    Ok(match text.to_ascii_lowercase().as_str() {
        "auto" => Compression::Auto,
        "none" => Compression::None,
        "lz4" => Compression::Lz4,
        "zstd" => Compression::Zstd,
        _ => {
            let switch = flag(key, text);
            switch.map_err(|_| invalid(key, "write auto, none, lz4 or zstd"))?.into()
        }
    })
}

pub(super) fn seconds(key: &str, text: &str) -> Result<Duration> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| invalid(key, "write a number of seconds, such as 10 or 2.5"))
}

/// A whole number from `least` to `most`.
pub(super) fn whole<T: FromStr + PartialOrd + Display>(
    key: &str,
    text: &str,
    least: T,
    most: T,
) -> Result<T> {
    match text.parse() {
        Ok(number) if number >= least && number <= most => Ok(number),
        _ => Err(invalid(key, format!("write a whole number from {least} to {most}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_have_the_usual_spellings() {
        for text in ["1", "true", "True", "YES", "on"] {
            assert!(flag("k", text).unwrap());
        }
        for text in ["0", "false", "FALSE", "no", "Off"] {
            assert!(!flag("k", text).unwrap());
        }
        for text in ["", "2", "tru", " true", "yes please"] {
            assert!(flag("k", text).is_err(), "{text}");
        }
    }

    #[test]
    fn compression_is_named_or_switched() {
        use Compression::{Auto, Lz4, None, Zstd};
        for (text, meant) in
            [("auto", Auto), ("None", None), ("LZ4", Lz4), ("zstd", Zstd), ("on", Lz4), ("0", None)]
        {
            assert_eq!(compression("k", text).unwrap(), meant, "{text}");
        }
        for text in ["", "gzip", "lz4hc", "2"] {
            let error = compression("k", text).unwrap_err().to_string();
            assert!(
                error.contains("of k:") && error.contains("auto, none, lz4 or zstd"),
                "{error}"
            );
        }
    }

    #[test]
    fn seconds_may_have_a_fraction_and_nothing_else() {
        assert_eq!(seconds("k", "2.5").unwrap(), Duration::from_millis(2500));
        assert_eq!(seconds("k", "0").unwrap(), Duration::ZERO);
        for text in ["", "soon", "-1", "inf", "NaN", "1e400", "10s", "1,5", " 1"] {
            let error = seconds("k", text).unwrap_err().to_string();
            assert!(error.contains("of k:") && error.contains("2.5"), "{error}");
        }
    }

    #[test]
    fn a_number_outside_its_range_is_told_the_range() {
        assert_eq!(whole("k", "65535", 1, u16::MAX).unwrap(), u16::MAX);
        for text in ["", "0", "65536", "-1", "1.5", "ten", "99999999999999999999"] {
            let error = whole("k", text, 1, u16::MAX).unwrap_err().to_string();
            assert!(error.contains("of k:") && error.contains("from 1 to 65535"), "{error}");
        }
    }
}
