//! How a symbol is named: its exchange and its name there.

use std::fmt;

use crate::error::{ModelError, Result};

/// The longest exchange, symbol or currency in bytes.
pub(crate) const MAX_NAME: usize = 64;

pub(crate) const EXCHANGE_RULE: &str =
    "an exchange has ASCII letters, digits, '.', '-' or '_', 64 at most";
pub(crate) const NAME_RULE: &str =
    "a symbol has 1 to 64 bytes and no white space but spaces inside";

/// Whether `text` can be an exchange; empty means that none is stated.
pub(crate) fn is_exchange(text: &str) -> bool {
    text.len() <= MAX_NAME
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

/// Whether `text` can name a symbol. Spaces inside are of the name, as in `BRK B` and in the
/// symbols of options; every other white space, and one at an end, could not be seen.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_NAME
        && !text.contains(|c: char| (c.is_whitespace() && c != ' ') || c.is_control())
        && !text.starts_with(' ')
        && !text.ends_with(' ')
}

/// Whether `text` can name a currency.
pub(crate) fn is_currency(text: &str) -> bool {
    is_name(text) && !text.contains(' ')
}

/// Exchange and name as they are shown and typed: `NASDAQ:AAPL`, or `AAPL` where no exchange is
/// stated and the name alone is not mistaken for both.
#[must_use]
pub fn qualified(exchange: &str, name: &str) -> String {
    let bare_is_ambiguous = name.split_once(':').is_some_and(|(head, _)| is_exchange(head));
    if exchange.is_empty() && !bare_is_ambiguous {
        name.to_owned()
    } else {
        format!("{exchange}:{name}")
    }
}

/// The name of a symbol: its exchange, empty where none is stated, and its name there.
///
/// ```
/// use market_model::SymbolName;
/// let apple = SymbolName::parse("NASDAQ:AAPL").unwrap();
/// assert_eq!((apple.exchange(), apple.symbol()), ("NASDAQ", "AAPL"));
/// assert_eq!(apple.to_string(), "NASDAQ:AAPL");
/// assert!(SymbolName::parse("A\tB").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymbolName {
    exchange: String,
    symbol: String,
}

impl SymbolName {
    /// The longest exchange or symbol in bytes.
    pub const MAX_NAME: usize = MAX_NAME;

    /// The name of `symbol` on `exchange`; an empty exchange means that none is stated.
    ///
    /// # Errors
    /// [`ModelError::InvalidName`] when the exchange has other characters than ASCII letters,
    /// digits, `.`, `-` and `_`, or when the symbol is empty, longer than
    /// [`SymbolName::MAX_NAME`], begins or ends with a space, or has other white space or control
    /// characters.
    pub fn new(exchange: impl Into<String>, symbol: impl Into<String>) -> Result<Self> {
        let (exchange, symbol) = (exchange.into(), symbol.into());
        if !is_exchange(&exchange) {
            let (field, reason) = ("exchange", EXCHANGE_RULE);
            return Err(ModelError::InvalidName { field, name: exchange, reason });
        }
        if !is_name(&symbol) {
            let (field, reason) = ("symbol", NAME_RULE);
            return Err(ModelError::InvalidName { field, name: symbol, reason });
        }
        Ok(Self { exchange, symbol })
    }

    /// Reads `EXCHANGE:SYMBOL`, or `SYMBOL` alone. What stands before the first colon is the
    /// exchange if it can be one, so `BTC/USDT:USDT` is a symbol.
    ///
    /// # Errors
    /// As [`SymbolName::new`].
    pub fn parse(name: &str) -> Result<Self> {
        match name.split_once(':') {
            Some((exchange, symbol)) if is_exchange(exchange) => Self::new(exchange, symbol),
            _ => Self::new("", name),
        }
    }

    /// The exchange, empty where none is stated.
    #[must_use]
    pub fn exchange(&self) -> &str {
        &self.exchange
    }

    /// The name on the exchange.
    #[must_use]
    pub fn symbol(&self) -> &str {
        &self.symbol
    }
}

impl fmt::Display for SymbolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&qualified(&self.exchange, &self.symbol))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_not_be_typed_again_are_refused() {
        for name in ["", " A", "A ", "A\tB", "A\n", "\u{7f}", "A\u{3000}B", "A\u{a0}B"] {
            assert!(!is_name(name), "{name:?}");
        }
        for exchange in ["N Y", "é", "A:B", "A/B"] {
            assert!(!is_exchange(exchange), "{exchange:?}");
        }
        assert!(is_name(&"x".repeat(64)) && !is_name(&"x".repeat(65)));
        assert!(is_exchange(&"x".repeat(64)) && !is_exchange(&"x".repeat(65)));
        assert!(is_exchange("") && is_exchange("CME-X_1.a") && is_name("BTC/USDT:USDT"));
        assert!(is_name("BRK B") && is_name("AAPL  240119C00190000") && is_name("トヨタ"));
        assert!(is_currency("USD") && !is_currency("U D"));
    }

    #[test]
    fn the_exchange_is_shown_where_there_is_one_or_one_might_be_read() {
        assert_eq!(qualified("NASDAQ", "AAPL"), "NASDAQ:AAPL");
        assert_eq!(qualified("", "AAPL"), "AAPL");
        assert_eq!(qualified("", "BTC/USDT:USDT"), "BTC/USDT:USDT");
        assert_eq!(qualified("", "A:B"), ":A:B");
    }
}
