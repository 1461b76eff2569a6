//! Numbers as text.

use std::fmt;

/// A number as text: the fewest digits that read back as the same number, with an exponent only
/// where nobody counts zeros any more.
///
/// Numbers below `1e-8`, the smallest part of a bitcoin, and from `1e21` on have an exponent. JSON
/// and CSV readers take both spellings, but not all take hundreds of digits.
///
/// ```
/// use market_model::Digits;
/// assert_eq!(Digits(0.00000001).to_string(), "0.00000001");
/// assert_eq!(Digits(5e-324).to_string(), "5e-324");
/// assert_eq!(Digits(123_456_789_012_345_680_000.0).to_string(), "123456789012345680000");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Digits(pub f64);

impl Digits {
    const TINY: f64 = 1e-8;
    const HUGE: f64 = 1e21;

    /// Whether the text has an exponent.
    #[must_use]
    pub fn has_exponent(self) -> bool {
        let size = self.0.abs();
        size.is_finite() && size != 0.0 && !(Self::TINY..Self::HUGE).contains(&size)
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.has_exponent() {
            true => write!(f, "{:e}", self.0),
            false => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::num::f64::{NORMAL, SUBNORMAL};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_is_tiny_or_huge_has_an_exponent() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1e-8, "0.00000001"),
            (9.99e-9, "9.99e-9"),
            (-1.5e-9, "-1.5e-9"),
            (1e20, "100000000000000000000"),
            (1e21, "1e21"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(Digits(number).to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn a_number_is_short_and_reads_back_as_itself(number in NORMAL | SUBNORMAL) {
            let text = Digits(number).to_string();
            prop_assert!(text.len() <= 27, "{text}");
            prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), number.to_bits());
        }
    }
}
