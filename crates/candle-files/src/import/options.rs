//! What the caller says about a file.

use std::fmt;
use std::str::FromStr;

use market_model::Interval;

/// What the caller says about a file; the file itself says the rest.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The symbol of every row, as `SYMBOL` or `EXCHANGE:SYMBOL`.
    pub symbol: Option<String>,
    /// The interval of every candle.
    pub interval: Option<Interval>,
    /// What the times count since 1970. Where it is not given, counts of nine digits and more are
    /// told apart by their size, and others are refused.
    pub time_unit: Option<TimeUnit>,
    /// What sets off decimals. Where it is not given, the numbers of the file must tell.
    pub decimal_mark: Option<DecimalMark>,
    /// Whether bad rows are left out; otherwise one bad row refuses the file.
    pub skip_bad: bool,
}

/// What a file counts since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// `1704067200`
    Seconds,
    /// `1704067200000`
    Milliseconds,
    /// `1704067200000000`
    Microseconds,
    /// `1704067200000000000`
    Nanoseconds,
}

impl fmt::Display for TimeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Nanoseconds => "nanoseconds",
        })
    }
}

impl FromStr for TimeUnit {
    type Err = &'static str;

    /// Reads what `Display` writes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Seconds, Self::Milliseconds, Self::Microseconds, Self::Nanoseconds]
            .into_iter()
            .find(|unit| unit.to_string() == text)
            .ok_or("write one of seconds, milliseconds, microseconds, nanoseconds")
    }
}

/// What separates the whole part of a number from its fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMark {
    /// `1,234.5`
    Point,
    /// `1.234,5`
    Comma,
}

impl fmt::Display for DecimalMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Point => "point",
            Self::Comma => "comma",
        })
    }
}

impl FromStr for DecimalMark {
    type Err = &'static str;

    /// Reads what `Display` writes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Point, Self::Comma]
            .into_iter()
            .find(|mark| mark.to_string() == text)
            .ok_or("write point or comma")
    }
}
