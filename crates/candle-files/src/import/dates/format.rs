//! Which moment a cell means.

use chrono::{NaiveDate, NaiveTime};

use super::common::{self, LastDate};
use super::date::{DayOrder, WrittenDate, scan, short};
use super::moment::Moment;
use super::time_of_day;
use super::unix;
use crate::import::entangled::Entangled;
use crate::import::options::{DateOrder, TimeUnit};
use crate::import::reject::shown;
use crate::import::timezone::Timezone;

/// How the times of one file are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeFormat {
    /// Counts from 1970, all in the unit that their size tells.
    Unix(TimeUnit),
    /// Counts from 1970 of any size, in the unit that the caller gave.
    Given(TimeUnit),
    /// Dates and times of day in any spelling.
    Text(DayOrder),
    /// The same, with short years too, in the order that the caller gave.
    Ordered(DayOrder),
}

impl TimeFormat {
    /// The moment that `text` means.
    ///
    /// # Errors
    /// Why it means none.
    pub(crate) fn read(self, text: &str) -> Result<Moment, String> {
        match self {
            _ if text.is_empty() => Err("the time is empty".into()),
            Self::Unix(unit) => Ok(Moment::counted(unit.read(text)?)),
            Self::Given(unit) => Ok(Moment::counted(unit.read_any_size(text)?)),
            Self::Text(order) => read_text(text, order),
            Self::Ordered(order) => read_ordered(text, order),
        }
    }

    /// The same, if `text` has a spelling that most files have and that can be read in one way.
    pub(crate) fn read_common(self, text: &str, last: &mut LastDate) -> Option<Moment> {
        match self {
            Self::Text(_) | Self::Ordered(_) => common::read(text, last),
            Self::Unix(_) | Self::Given(_) => None,
        }
    }

    /// Whether `text` is a moment in some format.
    pub(crate) fn any_reads(text: &str) -> bool {
        TimeUnit::of_text(text).is_some()
            || read_text(text, DayOrder::DayFirst).is_ok()
            || read_text(text, DayOrder::MonthFirst).is_ok()
    }
}

pub(super) fn read_text(text: &str, order: DayOrder) -> Result<Moment, String> {
    let (plain, zone) = split_zone(text);
    let parts = scan(plain).and_then(|(date, rest)| Some((date.resolve(order)?, rest)));
    moment_of(text, parts, zone)
}

/// As [`read_text`], and dates with short years.
fn read_ordered(text: &str, order: DayOrder) -> Result<Moment, String> {
    let (plain, zone) = split_zone(text);
    match short(plain, order) {
        Some(parts) => moment_of(text, Some(parts), zone),
        None => read_text(text, order),
    }
}

fn moment_of(
    text: &str,
    parts: Option<(NaiveDate, &str)>,
    zone: Option<Timezone>,
) -> Result<Moment, String> {
    let parts =
        parts.and_then(|(date, rest)| Some((date, time_of_day::read(rest)?, rest.is_empty())));
    let Some((date, time, is_date)) = parts else {
        if unix::is_number(text) && TimeUnit::of_text(text).is_none() {
            return Err(unix::too_small(text));
        }
        let example = "write it as 2013-03-01, 2013-03-01T09:30 or 2013-03-01T09:30:00Z";
        return Err(format!("{} is not a time that is understood: {example}", shown(text)));
    };
    if time.nanos % 1_000_000 != 0 {
        return Err(format!("{}: a time has whole milliseconds", shown(text)));
    }
    let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
    Ok(Moment { local: midnight + time.nanos / 1_000_000, offset: time.offset, zone, is_date })
}

/// Splits the name of a time zone off, as in `20240102 09:30:00 US/Eastern`.
fn split_zone(text: &str) -> (&str, Option<Timezone>) {
    if !text.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return (text, None);
    }
    let named = text.rsplit_once(' ').filter(|(_, name)| name.contains('/'));
    match named.and_then(|(rest, name)| Some((rest.trim_end(), name.parse().ok()?))) {
        Some((rest, zone)) => (rest, Some(zone)),
        None => (text, None),
    }
}

impl From<DateOrder> for DayOrder {
    fn from(order: DateOrder) -> Self {
        match order {
            DateOrder::Dmy => Self::DayFirst,
            DateOrder::Mdy => Self::MonthFirst,
            DateOrder::Ymd => Self::FromYear,
        }
    }
}

/// Finds the format of a file from its times.
#[derive(Debug, Default)]
pub(crate) struct FormatSniffer {
    unix: Option<TimeUnit>,
    has_text: bool,
    order: Option<DayOrder>,
    /// The first date that can be read in two ways.
    open_question: Option<String>,
}

impl FormatSniffer {
    /// Looks at one time. The first that can be read says whether the file counts or has dates;
    /// a number that is a date, such as 20130301, counts as one.
    pub(crate) fn look(&mut self, text: &str) {
        if self.unix.is_some() {
            return;
        }
        match scan(split_zone(text).0).filter(|(_, rest)| time_of_day::read(rest).is_some()) {
            Some((date, _)) => self.look_at_date(date, text),
            None if !self.has_text => self.unix = TimeUnit::of_text(text),
            None => {}
        }
    }

    fn look_at_date(&mut self, date: WrittenDate, text: &str) {
        self.has_text = true;
        let WrittenDate::Either { first, second, .. } = date else { return };
        if first > 12 && second <= 12 {
            self.order.get_or_insert(DayOrder::DayFirst);
        } else if second > 12 && first <= 12 {
            self.order.get_or_insert(DayOrder::MonthFirst);
        } else if first != second && self.open_question.is_none() {
            self.open_question = Some(text.to_owned());
        }
    }

    /// Whether a time could be read, so that it is known whether the file counts or has dates.
    pub(crate) const fn is_decided(&self) -> bool {
        self.unix.is_some() || self.has_text
    }

    /// A sniffer that knows no more than that.
    pub(crate) fn decided(&self) -> Self {
        Self { unix: self.unix, has_text: self.has_text, ..Self::default() }
    }

    /// Adds what was seen in times that come later.
    ///
    /// # Errors
    /// The first of those counts, so that dates behind it were not looked at, and these are dates.
    pub(crate) fn append(&mut self, later: Self) -> Result<(), Entangled> {
        match (self.unix, self.has_text) {
            (Some(_), _) => {}
            (None, false) => *self = later,
            (None, true) if later.unix.is_some() => return Err(Entangled),
            (None, true) => {
                self.order = self.order.or(later.order);
                self.open_question = self.open_question.take().or(later.open_question);
            }
        }
        Ok(())
    }

    /// The format, if the other times are like those seen.
    pub(crate) fn guess(&self, given: Option<TimeUnit>) -> TimeFormat {
        match (given, self.unix) {
            (Some(unit), _) => TimeFormat::Given(unit),
            (None, Some(unit)) => TimeFormat::Unix(unit),
            (None, None) => TimeFormat::Text(self.order.unwrap_or(DayOrder::DayFirst)),
        }
    }

    /// Whether the order of day and month was found, for a note.
    pub(crate) const fn order(&self) -> Option<DayOrder> {
        self.order
    }

    /// The format, where the caller does not give one.
    ///
    /// # Errors
    /// A date that can be read in two ways, when no other tells which is right.
    pub(crate) fn finish(self) -> Result<TimeFormat, String> {
        match (self.unix, self.order, self.open_question) {
            (Some(unit), ..) => Ok(TimeFormat::Unix(unit)),
            (None, None, Some(date)) => Err(date),
            (None, order, _) => Ok(TimeFormat::Text(order.unwrap_or(DayOrder::DayFirst))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniff(times: &[&str]) -> Result<TimeFormat, String> {
        let mut sniffer = FormatSniffer::default();
        times.iter().for_each(|time| sniffer.look(time));
        sniffer.finish()
    }

    #[test]
    fn one_moment_has_many_spellings() {
        for text in [
            "1362130200",
            "1362130200000",
            "2013-03-01T09:30:00Z",
            "2013-03-01 10:30:00+01:00",
            "20130301 093000",
            "20130301;093000",
            "20130301093000",
            "201303010930",
            "2013.03.01 09:30",
            "01.03.2013 10:30:00.000 GMT+0100",
            "Mar 1, 2013 9:30 AM",
        ] {
            let moment = sniff(&[text]).unwrap().read(text).unwrap();
            assert_eq!(moment.utc(), 1_362_130_200_000, "{text}");
        }
    }

    #[test]
    fn one_day_above_twelve_tells_the_order_of_the_whole_file() {
        let format = sniff(&["01/02/2013", "01/13/2013"]).unwrap();
        assert_eq!(format, TimeFormat::Text(DayOrder::MonthFirst));
        let format = sniff(&["01/02/2013", "13/01/2013"]).unwrap();
        assert_eq!(format, TimeFormat::Text(DayOrder::DayFirst));
    }

    #[test]
    fn dates_that_no_other_date_explains_are_named() {
        assert_eq!(sniff(&["01/01/2013", "01/02/2013 09:30"]), Err("01/02/2013 09:30".into()));
        assert!(sniff(&["01/01/2013"]).is_ok());
    }

    #[test]
    fn the_first_time_that_can_be_read_decides_between_counts_and_dates() {
        assert_eq!(
            sniff(&["?", "1362130200", "20130301"]),
            Ok(TimeFormat::Unix(TimeUnit::Seconds))
        );
        assert!(matches!(sniff(&["20130301", "1362130200"]), Ok(TimeFormat::Text(_))));
    }

    #[test]
    fn fractions_of_a_millisecond_are_refused_unless_zero() {
        let format = TimeFormat::Text(DayOrder::DayFirst);
        assert!(format.read("2013-03-01 09:30:00.000000").is_ok());
        let reason = format.read("2013-03-01 09:30:00.0001").unwrap_err();
        assert!(reason.contains("whole milliseconds"), "{reason}");
    }
}
