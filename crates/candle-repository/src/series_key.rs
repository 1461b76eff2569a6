use std::fmt;

use crate::{CandleError, Interval, Result};

/// The name of a series: the candles of one symbol of one exchange in one interval.
///
/// Shown as `NASDAQ:AAPL 1d`, or `AAPL 1d` where no exchange is stated.
///
/// ```
/// use candle_repository::{Interval, SeriesKey};
/// let key = SeriesKey::parse("NASDAQ:AAPL", Interval::DAY).unwrap();
/// assert_eq!((key.exchange(), key.symbol()), ("NASDAQ", "AAPL"));
/// assert_eq!(key.to_string(), "NASDAQ:AAPL 1d");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesKey {
    exchange: String,
    symbol: String,
    interval: Interval,
}

impl SeriesKey {
    /// The longest exchange or symbol in bytes.
    pub const MAX_NAME: usize = 64;

    /// The series of `symbol` on `exchange`; an empty exchange means that none is stated.
    ///
    /// # Errors
    /// [`CandleError::InvalidName`] when the exchange has other characters than ASCII letters,
    /// digits, `.`, `-` and `_`, or when the symbol is empty, longer than
    /// [`SeriesKey::MAX_NAME`], or has white space or control characters.
    pub fn new(
        exchange: impl Into<String>,
        symbol: impl Into<String>,
        interval: Interval,
    ) -> Result<Self> {
        let (exchange, symbol) = (exchange.into(), symbol.into());
        if !is_exchange(&exchange) {
            let reason = "an exchange has ASCII letters, digits, '.', '-' or '_', 64 at most";
            return Err(CandleError::InvalidName { name: exchange, reason });
        }
        if symbol.is_empty()
            || symbol.len() > Self::MAX_NAME
            || symbol.contains(|c: char| c.is_whitespace() || c.is_control())
        {
            let reason = "a symbol has 1 to 64 bytes and no white space";
            return Err(CandleError::InvalidName { name: symbol, reason });
        }
        Ok(Self { exchange, symbol, interval })
    }

    /// Reads `EXCHANGE:SYMBOL`, or `SYMBOL` alone. What stands before the first colon is the
    /// exchange if it can be one, so `BTC/USDT:USDT` is a symbol.
    ///
    /// # Errors
    /// As [`SeriesKey::new`].
    pub fn parse(name: &str, interval: Interval) -> Result<Self> {
        match name.split_once(':') {
            Some((exchange, symbol)) if is_exchange(exchange) => {
                Self::new(exchange, symbol, interval)
            }
            _ => Self::new("", name, interval),
        }
    }

    /// The exchange, empty where none is stated.
    #[must_use]
    pub fn exchange(&self) -> &str {
        &self.exchange
    }

    /// The symbol.
    #[must_use]
    pub fn symbol(&self) -> &str {
        &self.symbol
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
        let bare_is_ambiguous =
            self.symbol.split_once(':').is_some_and(|(head, _)| is_exchange(head));
        if self.exchange.is_empty() && !bare_is_ambiguous {
            self.symbol.clone()
        } else {
            format!("{}:{}", self.exchange, self.symbol)
        }
    }
}

fn is_exchange(text: &str) -> bool {
    text.len() <= SeriesKey::MAX_NAME
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

impl fmt::Display for SeriesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name(), self.interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_they_print() {
        for (exchange, symbol) in
            [("NASDAQ", "AAPL"), ("", "BRK.B"), ("", "BTC/USDT:USDT"), ("", "A:B"), ("X", "A:B")]
        {
            let key = SeriesKey::new(exchange, symbol, Interval::DAY).unwrap();
            assert_eq!(SeriesKey::parse(&key.name(), Interval::DAY).unwrap(), key);
        }
    }

    #[test]
    fn names_that_could_not_be_typed_again_are_refused() {
        for (exchange, symbol) in
            [("", ""), ("", "A B"), ("", "A\n"), ("", "\u{7f}"), ("N Y", "A"), ("é", "A")]
        {
            assert!(
                SeriesKey::new(exchange, symbol, Interval::DAY).is_err(),
                "{exchange}:{symbol}"
            );
        }
        assert!(SeriesKey::new("", "x".repeat(65), Interval::DAY).is_err());
    }
}
