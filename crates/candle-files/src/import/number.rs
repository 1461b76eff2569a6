//! Prices and volumes as people write them.

use super::reject::shown;

/// What separates the whole part of a number from its fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecimalMark {
    /// `1,234.5`
    Point,
    /// `1.234,5`
    Comma,
}

impl DecimalMark {
    const fn chars(self) -> (char, char) {
        match self {
            Self::Point => ('.', ','),
            Self::Comma => (',', '.'),
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }

    /// The number that `text` writes: a sign, a currency sign, thousands in groups of three and an
    /// exponent may be there.
    ///
    /// # Errors
    /// Why it is none.
    pub(crate) fn read(self, text: &str) -> Result<f64, String> {
        let endless = || text.parse().is_ok_and(|number: f64| !number.is_finite());
        match self.plain(text).and_then(|plain| plain.parse::<f64>().ok()) {
            Some(number) if number.is_finite() => Ok(number),
            None if !endless() => Err(format!("{} is not a number", shown(text))),
            _ => Err(format!("{} is not a finite number", shown(text))),
        }
    }

    /// The same number as Rust writes it, if the text has the shape of one.
    fn plain(self, text: &str) -> Option<String> {
        let (decimal, group) = self.chars();
        let (sign, text) = match text.strip_prefix(['-', '+']) {
            Some(rest) => (&text[..1], rest),
            None => ("", text),
        };
        let text = text.strip_prefix(['$', '€', '£', '¥']).unwrap_or(text);
        let (whole, fraction) = match text.split_once(decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        if !text.starts_with(|c: char| c.is_ascii_digit() || c == decimal) {
            return None;
        }
        if whole.contains(group) && !is_grouped(whole, group) {
            return None;
        }
        let mut plain = format!("{sign}{}", whole.replace(group, ""));
        if let Some(fraction) = fraction {
            plain.push('.');
            plain.push_str(fraction);
        }
        Some(plain)
    }
}

fn is_grouped(whole: &str, group: char) -> bool {
    let mut parts = whole.split(group);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    parts.next().is_some_and(|first| (1..=3).contains(&first.len()) && digits(first))
        && parts.all(|part| part.len() == 3 && digits(part))
}

/// Finds the decimal mark of a file from its prices.
#[derive(Debug, Default)]
pub(crate) struct MarkSniffer {
    certain: Option<DecimalMark>,
    likely: Option<DecimalMark>,
}

impl MarkSniffer {
    /// Looks at one price. The last mark in it is the decimal one; followed by three digits and
    /// alone, it may also set off thousands.
    pub(crate) fn look(&mut self, price: &str) {
        let Some(last) = price.rfind(['.', ',']) else { return };
        let mark =
            if price[last..].starts_with('.') { DecimalMark::Point } else { DecimalMark::Comma };
        let (own, other) = mark.chars();
        let repeated = price[..last].contains(own);
        match (price.contains(other), repeated) {
            (false, true) => _ = self.certain.get_or_insert(mark.other()),
            (false, false) if price.len() - last == 4 => _ = self.likely.get_or_insert(mark),
            (_, false) => _ = self.certain.get_or_insert(mark),
            (true, true) => {}
        }
    }

    /// The mark; a point where no price has any.
    pub(crate) fn finish(self) -> DecimalMark {
        self.certain.or(self.likely).unwrap_or(DecimalMark::Point)
    }
}

#[cfg(test)]
mod tests {
    use super::DecimalMark::{Comma, Point};
    use super::*;

    #[test]
    fn numbers_are_read_as_written() {
        for (mark, text, number) in [
            (Point, "118.56", 118.56),
            (Point, "-37.63", -37.63),
            (Point, "$1,234,567.50", 1_234_567.5),
            (Point, "-$0.5", -0.5),
            (Point, ".5", 0.5),
            (Point, "5.", 5.0),
            (Point, "1.2e-7", 1.2e-7),
            (Comma, "1,2345", 1.2345),
            (Comma, "1.234.567,5", 1_234_567.5),
            (Comma, "1.234", 1234.0),
        ] {
            assert_eq!(mark.read(text), Ok(number), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_shown() {
        for (mark, text) in [
            (Point, "abc"),
            (Point, ""),
            (Point, "-"),
            (Point, "."),
            (Point, "1,23"),
            (Point, "1234,567"),
            (Point, "1.2.3"),
            (Point, "1.5M"),
            (Point, "--1"),
            (Point, "$"),
            (Point, "0x10"),
            (Comma, "1.5"),
        ] {
            let reason = mark.read(text).unwrap_err();
            assert!(reason.contains(&format!("{text:?} is not a number")), "{reason}");
        }
    }

    #[test]
    fn numbers_without_end_are_refused() {
        for text in ["nan", "NaN", "inf", "-Infinity", "1e999"] {
            assert!(Point.read(text).unwrap_err().contains("not a finite number"), "{text}");
        }
    }

    #[test]
    fn the_decimal_mark_follows_from_the_clearest_price() {
        for (prices, mark) in [
            (&["118", "1,2345"][..], Comma),
            (&["1.234", "1.234,5"], Comma),
            (&["1,234", "1,234.5"], Point),
            (&["110,123"], Comma),
            (&["110.123"], Point),
            (&["1.234.567", "12,5"], Comma),
            (&["118"], Point),
        ] {
            let mut sniffer = MarkSniffer::default();
            prices.iter().for_each(|price| sniffer.look(price));
            assert_eq!(sniffer.finish(), mark, "{prices:?}");
        }
    }
}
