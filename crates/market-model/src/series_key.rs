//! How a series is named: its symbol and its interval.

use std::fmt;

use crate::error::Result;
use crate::interval::Interval;
use crate::symbol_name::SymbolName;

/// The name of a series: the candles of one symbol of one exchange in one interval.
///
/// Shown as `NASDAQ:AAPL 1d`, or `AAPL 1d` where no exchange is stated.
///
/// ```
/// use market_model::{Interval, SeriesKey};
/// let key = SeriesKey::parse("NASDAQ:AAPL", Interval::DAY).unwrap();
/// assert_eq!((key.exchange(), key.symbol()), ("NASDAQ", "AAPL"));
/// assert_eq!(key.to_string(), "NASDAQ:AAPL 1d");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesKey {
    name: SymbolName,
    interval: Interval,
}

impl SeriesKey {
    /// The longest exchange or symbol in bytes.
    pub const MAX_NAME: usize = SymbolName::MAX_NAME;

    /// The series of `symbol` on `exchange`; an empty exchange means that none is stated.
    ///
    /// # Errors
    /// As [`SymbolName::new`].
    pub fn new(
        exchange: impl Into<String>,
        symbol: impl Into<String>,
        interval: Interval,
    ) -> Result<Self> {
        Ok(Self::of(SymbolName::new(exchange, symbol)?, interval))
    }

    /// The series of the symbol that `name` means, read as [`SymbolName::parse`] reads it.
    ///
    /// # Errors
    /// As [`SymbolName::new`].
    pub fn parse(name: &str, interval: Interval) -> Result<Self> {
        Ok(Self::of(SymbolName::parse(name)?, interval))
    }

    /// The series of a symbol.
    #[must_use]
    pub const fn of(name: SymbolName, interval: Interval) -> Self {
        Self { name, interval }
    }

    /// Exchange and symbol.
    #[must_use]
    pub const fn symbol_name(&self) -> &SymbolName {
        &self.name
    }

    /// The exchange, empty where none is stated.
    #[must_use]
    pub fn exchange(&self) -> &str {
        self.name.exchange()
    }

    /// The symbol.
    #[must_use]
    pub fn symbol(&self) -> &str {
        self.name.symbol()
    }

    /// The interval.
    #[must_use]
    pub const fn interval(&self) -> Interval {
        self.interval
    }

    /// The same symbol in another interval.
    #[must_use]
    pub fn with_interval(&self, interval: Interval) -> Self {
        Self { interval, ..self.clone() }
    }

    /// Exchange and symbol as they are shown: `NASDAQ:AAPL` or `AAPL`.
    #[must_use]
    pub fn name(&self) -> String {
        self.name.to_string()
    }
}

impl fmt::Display for SeriesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_they_print() {
        for (exchange, symbol) in [
            ("NASDAQ", "AAPL"),
            ("", "BRK.B"),
            ("", "BRK B"),
            ("", "BTC/USDT:USDT"),
            ("", "A:B"),
            ("X", "A:B"),
        ] {
            let key = SeriesKey::new(exchange, symbol, Interval::DAY).unwrap();
            assert_eq!((key.exchange(), key.symbol()), (exchange, symbol));
            assert_eq!(SeriesKey::parse(&key.name(), Interval::DAY).unwrap(), key);
        }
    }

    #[test]
    fn the_same_symbol_has_series_of_other_intervals() {
        let daily = SeriesKey::parse("NASDAQ:AAPL", Interval::DAY).unwrap();
        let weekly = daily.with_interval(Interval::WEEK);
        assert_eq!(
            (weekly.symbol_name(), weekly.interval()),
            (daily.symbol_name(), Interval::WEEK)
        );
        assert_eq!(weekly.to_string(), "NASDAQ:AAPL 1w");
    }

    #[test]
    fn names_that_could_not_be_typed_again_are_refused() {
        for (exchange, symbol) in
            [("", ""), ("", "A "), ("", "A\n"), ("", "\u{7f}"), ("N Y", "A"), ("é", "A")]
        {
            assert!(
                SeriesKey::new(exchange, symbol, Interval::DAY).is_err(),
                "{exchange}:{symbol}"
            );
        }
        assert!(SeriesKey::new("", "x".repeat(65), Interval::DAY).is_err());
    }
}
