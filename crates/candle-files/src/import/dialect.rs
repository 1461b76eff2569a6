//! How one file writes its values.

use market_model::Interval;

use super::columns::TimeColumns;
use super::dates::date::DayOrder;
use super::dates::format::TimeFormat;
use super::options::DecimalMark;
use super::timezone::Timezone;

/// How one file writes its values.
#[derive(Debug)]
pub(crate) struct Dialect {
    pub(crate) time: TimeColumns,
    pub(crate) format: TimeFormat,
    pub(crate) mark: DecimalMark,
    /// The clock of times that name none.
    pub(crate) timezone: Option<Timezone>,
    /// The interval that open and close times state.
    pub(crate) stated_interval: Option<Interval>,
    /// The order of day and month, where the file had to tell.
    pub(crate) day_order: Option<DayOrder>,
}

impl Dialect {
    /// Whether rows that were read so are as they would be in the `other` dialect.
    pub(crate) fn reads_like(&self, other: &Self) -> bool {
        (self.time, self.format, self.mark) == (other.time, other.format, other.mark)
    }
}

impl TimeColumns {
    /// The time of a row, as one text; `joined` is room for it.
    pub(crate) fn text<'c>(self, cells: &[&'c str], joined: &'c mut String) -> Option<&'c str> {
        match self {
            Self::One(column) => cells.get(column).copied(),
            Self::Two(date, clock) => {
                let (date, clock) = (cells.get(date)?, cells.get(clock)?);
                joined.clear();
                joined.push_str(date);
                joined.push(' ');
                joined.push_str(clock);
                Some(joined.trim())
            }
        }
    }
}
