/// The longest exchange, name or currency in bytes.
pub(crate) const MAX_NAME: usize = 64;

pub(crate) const EXCHANGE_RULE: &str =
    "an exchange has ASCII letters, digits, '.', '-' or '_', 64 at most";
pub(crate) const NAME_RULE: &str = "it has 1 to 64 bytes and no white space";

/// Whether `text` can be an exchange; empty means that none is stated.
pub(crate) fn is_exchange(text: &str) -> bool {
    text.len() <= MAX_NAME
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

/// Whether `text` can name a symbol or a currency.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_NAME
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Exchange and name as they are shown and typed: `NASDAQ:AAPL`, or `AAPL` where no exchange is
/// stated and the name alone is not mistaken for both.
pub(crate) fn qualified(exchange: &str, name: &str) -> String {
    let bare_is_ambiguous = name.split_once(':').is_some_and(|(head, _)| is_exchange(head));
    if exchange.is_empty() && !bare_is_ambiguous {
        name.to_owned()
    } else {
        format!("{exchange}:{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_not_be_typed_again_are_refused() {
        for name in ["", "A B", "A\n", "\u{7f}", "\u{3000}"] {
            assert!(!is_name(name), "{name:?}");
        }
        for exchange in ["N Y", "é", "A:B", "A/B"] {
            assert!(!is_exchange(exchange), "{exchange:?}");
        }
        assert!(is_name(&"x".repeat(64)) && !is_name(&"x".repeat(65)));
        assert!(is_exchange(&"x".repeat(64)) && !is_exchange(&"x".repeat(65)));
        assert!(is_exchange("") && is_exchange("CME-X_1.a") && is_name("BTC/USDT:USDT"));
    }

    #[test]
    fn the_exchange_is_shown_where_there_is_one_or_one_might_be_read() {
        assert_eq!(qualified("NASDAQ", "AAPL"), "NASDAQ:AAPL");
        assert_eq!(qualified("", "AAPL"), "AAPL");
        assert_eq!(qualified("", "BTC/USDT:USDT"), "BTC/USDT:USDT");
        assert_eq!(qualified("", "A:B"), ":A:B");
    }
}
