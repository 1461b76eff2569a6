//! Prices and volumes as people write them.

use std::borrow::Cow;

use super::options::DecimalMark;
use super::reject::shown;

impl DecimalMark {
    const fn chars(self) -> (char, char) {
        match self {
            Self::Point => ('.', ','),
            Self::Comma => (',', '.'),
        }
    }

    /// The number that `text` writes: a sign, a currency sign, thousands in groups of three and an
    /// exponent may be there.
    ///
    /// # Errors
    /// Why it is none.
    pub(crate) fn read(self, text: &str) -> Result<f64, String> {
        if let Some(number) = self.read_short(text) {
            return Ok(number);
        }
        let endless = || text.parse().is_ok_and(|number: f64| !number.is_finite());
        match self.plain(text).and_then(|plain| plain.parse::<f64>().ok()) {
            Some(number) if number.is_finite() => Ok(number),
            None if !endless() => Err(format!("{} is not a number", shown(text))),
            _ => Err(format!("{} is not a finite number", shown(text))),
        }
    }

    /// The number of a few digits, perhaps with a sign and a decimal mark, as nearly all are: a
    /// quotient of two exact numbers is the number that is nearest to what is written.
    fn read_short(self, text: &str) -> Option<f64> {
        let (decimal, _) = self.chars();
        let (sign, digits) = match text.as_bytes() {
            [b'-', digits @ ..] => (-1.0, digits),
            digits => (1.0, digits),
        };
        if digits.len() > LONGEST_SHORT {
            return None;
        }
        let (mut number, mut point) = (0_u64, None);
        for (index, byte) in digits.iter().enumerate() {
            match byte.wrapping_sub(b'0') {
                digit @ 0..=9 => number = number * 10 + u64::from(digit),
                _ if char::from(*byte) == decimal && point.is_none() => point = Some(index),
                _ => return None,
            }
        }
        let decimals = point.map_or(0, |point| digits.len() - 1 - point);
        let has_both = point.is_none_or(|point| point > 0 && decimals > 0);
        (has_both && !digits.is_empty()).then(|| sign * (number as f64 / POWERS_OF_TEN[decimals]))
    }

    /// The same number as Rust writes it, if the text has the shape of one.
    fn plain(self, text: &str) -> Option<Cow<'_, str>> {
        let (decimal, group) = self.chars();
        let all = text;
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
        if decimal == '.' && !whole.contains(group) && text.len() + sign.len() == all.len() {
            return Some(Cow::Borrowed(all));
        }
        let mut plain = format!("{sign}{}", whole.replace(group, ""));
        if let Some(fraction) = fraction {
            plain.push('.');
            plain.push_str(fraction);
        }
        Some(Cow::Owned(plain))
    }
}

/// How many bytes behind the sign a short number has at most. With a decimal mark among them, the
/// digits are fewer than 16: a number that `f64` has exactly.
const LONGEST_SHORT: usize = 16;

/// Those that have no rounding error, as many as a short number has decimals.
const POWERS_OF_TEN: [f64; LONGEST_SHORT] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

fn is_grouped(whole: &str, group: char) -> bool {
    let mut parts = whole.split(group);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let begins = |first: &str| (1..=3).contains(&first.len()) && !first.starts_with('0');
    parts.next().is_some_and(|first| begins(first) && digits(first))
        && parts.all(|part| part.len() == 3 && digits(part))
}

/// Whether `number` is like `110,123` or `110.123`, which can be read with both marks.
fn is_one_group(number: &str) -> bool {
    let Some((whole, [b'.' | b',', fraction @ ..])) =
        number.len().checked_sub(4).map(|mark| number.as_bytes().split_at(mark))
    else {
        return false;
    };
    (1..=3).contains(&whole.len())
        && whole[0] != b'0'
        && whole.iter().chain(fraction).all(u8::is_ascii_digit)
}

/// Finds the decimal mark of a file from its prices and volumes.
#[derive(Debug, Default)]
pub(crate) struct MarkSniffer {
    certain: Option<DecimalMark>,
    /// The first number that has one comma, which may set off decimals or thousands.
    comma: Option<String>,
    /// The same with a point.
    point: Option<String>,
}

impl MarkSniffer {
    /// Looks at one number. What can be read with one of the marks only is certain.
    pub(crate) fn look(&mut self, number: &str) {
        if self.certain.is_some() || !number.contains(['.', ',']) {
            return;
        }
        if is_one_group(number) {
            self.look_at_one_group(number);
            return;
        }
        let read = |mark: DecimalMark| mark.read(number).ok();
        match (read(DecimalMark::Point), read(DecimalMark::Comma)) {
            (Some(_), None) => self.certain = Some(DecimalMark::Point),
            (None, Some(_)) => self.certain = Some(DecimalMark::Comma),
            (Some(_), Some(_)) => self.look_at_one_group(number),
            (None, None) => {}
        }
    }

    /// Looks at a number that can be read with both marks.
    fn look_at_one_group(&mut self, number: &str) {
        let seen = if number.contains(',') { &mut self.comma } else { &mut self.point };
        seen.get_or_insert_with(|| number.to_owned());
    }

    /// Whether the mark was found; no other number can change it.
    pub(crate) const fn is_certain(&self) -> bool {
        self.certain.is_some()
    }

    /// The mark, if no number tells more.
    pub(crate) fn guess(&self) -> DecimalMark {
        self.certain.unwrap_or(DecimalMark::Point)
    }

    /// Adds what was seen in numbers that come later.
    pub(crate) fn append(&mut self, later: Self) {
        self.certain = self.certain.or(later.certain);
        self.comma = self.comma.take().or(later.comma);
        self.point = self.point.take().or(later.point);
    }

    /// The mark; a point where no number has any. Between commas as `delimiter` nobody sets off
    /// thousands with points.
    ///
    /// # Errors
    /// A number that can be read in two ways, when no other tells which is right.
    pub(crate) fn finish(self, delimiter: u8) -> Result<DecimalMark, String> {
        match (self.certain, self.comma, self.point) {
            (Some(mark), ..) => Ok(mark),
            (None, Some(number), _) => Err(number),
            (None, None, Some(number)) if delimiter != b',' => Err(number),
            (None, None, _) => Ok(DecimalMark::Point),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::options::DecimalMark::{Comma, Point};
    use super::*;

    proptest! {
        #[test]
        fn a_short_number_is_the_one_that_its_text_means(
            text in "-?[0-9]{0,17}|-?[0-9]{0,8}[.,][0-9]{0,9}|[-0-9.,]{0,18}",
            mark in prop_oneof![Just(Point), Just(Comma)],
        ) {
            if let Some(number) = mark.read_short(&text) {
                let plain = mark.plain(&text).unwrap();
                prop_assert_eq!(number.to_bits(), plain.parse::<f64>().unwrap().to_bits());
            }
        }
    }

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
            (Point, "0,123"),
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
            (&["110,123", "0,5"], Comma),
            (&["110.123", "0.123"], Point),
            (&["x.1", "1.5M", "2024.01.02", "1,5"], Comma),
            (&["1.2e7"], Point),
            (&["1.234.567", "12,5"], Comma),
            (&["118"], Point),
        ] {
            let mut sniffer = MarkSniffer::default();
            prices.iter().for_each(|price| sniffer.look(price));
            assert_eq!(sniffer.finish(b';'), Ok(mark), "{prices:?}");
        }
    }

    #[test]
    fn a_mark_that_may_set_off_thousands_is_named() {
        for (price, delimiter) in [("110,123", b','), ("110,123", b';'), ("-$110.123", b';')] {
            let mut sniffer = MarkSniffer::default();
            sniffer.look(price);
            assert_eq!(sniffer.finish(delimiter), Err(price.to_owned()));
        }
    }
}
