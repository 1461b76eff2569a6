//! What the caller says about a file.

use std::fmt;
use std::str::FromStr;

use market_model::Interval;

use super::timezone::Timezone;

/// What the caller says about a file; the file itself says the rest.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The symbol of every row, as `SYMBOL` or `EXCHANGE:SYMBOL`.
    pub symbol: Option<String>,
    /// The symbol of rows of which neither [`ImportOptions::symbol`] nor the file's header or columns say one.
    pub symbol_otherwise: Option<String>,
    /// The interval of every candle.
    pub interval: Option<Interval>,
    /// What the times count since 1970. Where it is not given, counts of nine digits and more are
    /// told apart by their size, and others are refused.
    pub time_unit: Option<TimeUnit>,
    /// What sets off decimals. Where it is not given, the numbers of the file must tell.
    pub decimal_mark: Option<DecimalMark>,
    /// The clock of times that name none. UTC where it is not given.
    pub timezone: Option<Timezone>,
    /// Which end of its candle a time names.
    pub stamp: Stamp,
    /// The order of dates such as `01/02/2024`. Where it is not given, the dates of the file must tell.
    pub date_order: Option<DateOrder>,
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

/// Which end of its candle a time names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stamp {
    /// The first moment: 09:00 is the hour from 09:00 to 10:00.
    #[default]
    Open,
    /// The moment behind it, or its last day: 10:00 is the hour from 09:00 to 10:00, and `2024-01-31`
    /// is January.
    Close,
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Close => "close",
        })
    }
}

impl FromStr for Stamp {
    type Err = &'static str;

    /// Reads what `Display` writes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Open, Self::Close]
            .into_iter()
            .find(|stamp| stamp.to_string() == text)
            .ok_or("write open or close")
    }
}

/// The order of day, month and year where a date is three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// `31/12/2024`, `31/12/24`
    Dmy,
    /// `12/31/2024`, `12/31/24`
    Mdy,
    /// `2024/12/31`, `24/12/31`
    Ymd,
}

impl fmt::Display for DateOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ymd => "ymd",
        })
    }
}

impl FromStr for DateOrder {
    type Err = &'static str;

    /// Reads what `Display` writes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Dmy, Self::Mdy, Self::Ymd]
            .into_iter()
            .find(|order| order.to_string() == text)
            .ok_or("write dmy, mdy or ymd")
    }
}
