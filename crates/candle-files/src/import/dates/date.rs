//! Dates in any spelling.

use chrono::{Month, NaiveDate};

/// Which comes first in `01/02/2024`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayOrder {
    DayFirst,
    MonthFirst,
    FromYear,
}

/// A date as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrittenDate {
    /// One that can be read in one way.
    Certain(NaiveDate),
    /// One such as `01/02/2024`.
    Either { first: u32, second: u32, year: i32 },
}

impl WrittenDate {
    /// The date, if there is one in that order.
    pub(crate) fn resolve(self, order: DayOrder) -> Option<NaiveDate> {
        match (self, order) {
            (Self::Certain(date), _) => Some(date),
            (Self::Either { first, second, year }, DayOrder::DayFirst) => {
                NaiveDate::from_ymd_opt(year, second, first)
            }
            (Self::Either { first, second, year }, DayOrder::MonthFirst) => {
                NaiveDate::from_ymd_opt(year, first, second)
            }
            (Self::Either { .. }, DayOrder::FromYear) => None,
        }
    }
}

/// The date that `text` begins with, and what follows it.
pub(crate) fn scan(text: &str) -> Option<(WrittenDate, &str)> {
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return month_name_first(text);
    }
    let (head, rest) = split_digits(text);
    match head.len() {
        8 => Some((compact(head)?, rest)),
        12 | 14 => Some((compact(&head[..8])?, &text[8..])),
        4 => year_first(head, rest),
        1 | 2 => year_last(head, rest),
        _ => None,
    }
}

/// `20130301`, in the years that can be stored: other numbers of eight digits are none.
fn compact(digits: &str) -> Option<WrittenDate> {
    let year: i32 = digits[..4].parse().ok()?;
    let date =
        NaiveDate::from_ymd_opt(year, digits[4..6].parse().ok()?, digits[6..].parse().ok()?)?;
    (1900..2300).contains(&year).then_some(WrittenDate::Certain(date))
}

/// `2013-03-01`, `2013/3/1`, `2013.03.01`, `2013-Mar-01`.
fn year_first<'a>(year: &str, rest: &'a str) -> Option<(WrittenDate, &'a str)> {
    let separator = rest.chars().next().filter(|c| "-/.".contains(*c))?;
    let (month, rest) = month_or_name(&rest[1..])?;
    let (day, rest) = one_or_two(rest.strip_prefix(separator)?)?;
    certain(year.parse().ok()?, month, day, rest)
}

/// The date of three numbers of two digits, such as `01/03/13`, that `text` begins with, and what follows
/// it. Only somebody who knows the order can read it.
pub(crate) fn short(text: &str, order: DayOrder) -> Option<(NaiveDate, &str)> {
    let (first, rest) = one_or_two(text)?;
    let separator = rest.chars().next().filter(|c| "-/.".contains(*c))?;
    let (second, rest) = one_or_two(&rest[1..])?;
    let (third, rest) = one_or_two(rest.strip_prefix(separator)?)?;
    let (year, month, day) = match order {
        DayOrder::DayFirst => (third, second, first),
        DayOrder::MonthFirst => (third, first, second),
        DayOrder::FromYear => (first, second, third),
    };
    let date = NaiveDate::from_ymd_opt(full_year(i32::try_from(year).ok()?), month, day)?;
    Some((date, rest))
}

/// `01.03.2013`, `01-Mar-13`, `1 Mar 2013`, and `01/03/2013` or `01-03-2013` in either order.
fn year_last<'a>(first: &str, rest: &'a str) -> Option<(WrittenDate, &'a str)> {
    let separator = rest.chars().next().filter(|c| "-/. ".contains(*c))?;
    let first = first.parse().ok()?;
    let named = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic());
    let (second, rest) = month_or_name(&rest[1..])?;
    let (digits, rest) = split_digits(rest.strip_prefix(separator)?);
    let year = match digits.len() {
        4 => digits.parse().ok()?,
        2 if named => full_year(digits.parse().ok()?),
        _ => return None,
    };
    match separator {
        _ if named => certain(year, second, first, rest),
        '.' => certain(year, second, first, rest),
        '-' | '/' => Some((WrittenDate::Either { first, second, year }, rest)),
        _ => None,
    }
}

/// `Mar 1, 2013`, `March 1 2013`.
fn month_name_first(text: &str) -> Option<(WrittenDate, &str)> {
    let (month, rest) = month_or_name(text)?;
    let (day, rest) = one_or_two(rest.trim_start_matches(['.', ' ', '-']))?;
    let (year, rest) = split_digits(rest.trim_start_matches([',', ' ', '-']));
    (year.len() == 4).then(|| certain(year.parse().ok()?, month, day, rest))?
}

fn certain(year: i32, month: u32, day: u32, rest: &str) -> Option<(WrittenDate, &str)> {
    Some((WrittenDate::Certain(NaiveDate::from_ymd_opt(year, month, day)?), rest))
}

/// Two digits mean the years 1970 to 2069.
const fn full_year(short: i32) -> i32 {
    if short < 70 { 2000 + short } else { 1900 + short }
}

/// A month in digits, or the first letters of its name, three at least.
fn month_or_name(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    if end == 0 {
        return one_or_two(text);
    }
    let (name, rest) = text.split_at(end);
    let month: Month = name.get(..3)?.parse().ok()?;
    let begins_so = month.name().get(..end)?.eq_ignore_ascii_case(name);
    begins_so.then_some((month.number_from_month(), rest))
}

fn one_or_two(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = split_digits(text);
    (digits.len() <= 2).then(|| Some((digits.parse().ok()?, rest)))?
}

/// The digits that `text` begins with, and the rest.
pub(crate) fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_date_has_many_spellings() {
        let date = NaiveDate::from_ymd_opt(2013, 3, 1).unwrap();
        for text in [
            "2013-03-01",
            "2013/3/1",
            "2013.03.01",
            "2013-Mar-01",
            "20130301",
            "01.03.2013",
            "01-Mar-13",
            "1-MAR-2013",
            "1 March 2013",
            "Mar 1, 2013",
            "March 01 2013",
            "Marc 1, 2013",
        ] {
            assert_eq!(scan(text), Some((WrittenDate::Certain(date), "")), "{text}");
        }
    }

    #[test]
    fn day_and_month_in_numbers_wait_for_an_order() {
        let (date, rest) = scan("01/03/2013 09:30").unwrap();
        assert_eq!(rest, " 09:30");
        assert_eq!(date.resolve(DayOrder::DayFirst), NaiveDate::from_ymd_opt(2013, 3, 1));
        assert_eq!(date.resolve(DayOrder::MonthFirst), NaiveDate::from_ymd_opt(2013, 1, 3));
        assert_eq!(scan("13/13/2013").unwrap().0.resolve(DayOrder::DayFirst), None);
    }

    #[test]
    fn dates_that_do_not_exist_are_none() {
        for text in [
            "",
            "2013-02-30",
            "20130230",
            "30.02.2013",
            "1/1/13",
            "Foo 1, 2013",
            "2013-03",
            "Ma 1, 2013",
            "Marsh 1, 2013",
        ] {
            assert_eq!(scan(text), None, "{text}");
        }
    }
}
