//! What only the whole file tells: how it writes times and numbers.

use std::borrow::Cow;
use std::path::Path;

use market_model::Interval;

use super::columns::TimeColumns;
use super::dates::clock_digits::ClockDigits;
use super::dates::date::DayOrder;
use super::dates::format::{FormatSniffer, TimeFormat};
use super::dates::unix;
use super::error::ImportError;
use super::headerless::Lengths;
use super::layout::Layout;
use super::number::MarkSniffer;
use super::options::{DecimalMark, ImportOptions};
use super::records::Records;

/// How one file writes its values.
#[derive(Debug)]
pub(crate) struct Dialect {
    pub(crate) time: TimeColumns,
    pub(crate) format: TimeFormat,
    pub(crate) mark: DecimalMark,
    /// The interval that open and close times state.
    pub(crate) stated_interval: Option<Interval>,
    /// The order of day and month, where the file had to tell.
    pub(crate) day_order: Option<DayOrder>,
}

/// How many rows may be bad before one shows where the time stands.
const SAMPLE: usize = 10;

impl Dialect {
    /// Looks at every row.
    pub(crate) fn sniff(
        path: &Path,
        records: &Records<'_>,
        layout: &Layout,
        options: &ImportOptions,
    ) -> Result<Self, ImportError> {
        let time = place_of_time(path, records, layout, options)?;
        let (mut format, mut mark) = (FormatSniffer::default(), MarkSniffer::default());
        let mut clocks = ClockDigits::default();
        let mut lengths = Lengths::default();
        let columns = &layout.columns;
        let prices = [columns.open, columns.high, columns.low, columns.close];
        let numbers: Vec<usize> = prices.into_iter().chain(columns.volume).collect();
        for record in records.iter() {
            let Ok(cells) = record.cells() else { continue };
            let Some(moment) = time.text(&cells) else { continue };
            format.look(&moment);
            if let TimeColumns::Two(_, clock) = time {
                cells.get(clock).into_iter().for_each(|clock| clocks.look(clock));
            }
            if options.decimal_mark.is_none() {
                let numbers = numbers.iter().filter_map(|column| cells.get(*column));
                numbers.for_each(|number| mark.look(number));
            }
            if let Some(close) = columns.close_time.and_then(|column| cells.get(column)) {
                lengths.look(&moment, close);
            }
        }
        let day_order = format.order();
        let path = || path.to_owned();
        let format = match options.time_unit {
            Some(unit) => TimeFormat::Given(unit),
            None => format
                .finish()
                .map_err(|example| ImportError::AmbiguousDates { path: path(), example })?,
        };
        clocks.finish().map_err(|example| ImportError::AmbiguousClock { path: path(), example })?;
        let stated_interval = match format {
            TimeFormat::Unix(unit) | TimeFormat::Given(unit) => lengths.finish(unit),
            TimeFormat::Text(_) => None,
        };
        let mark = options.decimal_mark.map_or_else(|| mark.finish(layout.delimiter), Ok);
        let mark =
            mark.map_err(|example| ImportError::AmbiguousNumbers { path: path(), example })?;
        Ok(Self { time, format, mark, stated_interval, day_order })
    }
}

impl TimeColumns {
    /// The time of a row, as one text.
    pub(crate) fn text<'a>(self, cells: &[&'a str]) -> Option<Cow<'a, str>> {
        match self {
            Self::One(column) => cells.get(column).map(|cell| Cow::Borrowed(*cell)),
            Self::Two(date, clock) => {
                let joined = format!("{} {}", cells.get(date)?, cells.get(clock)?);
                Some(Cow::Owned(joined.trim().to_owned()))
            }
        }
    }
}

/// The first of the possible places that holds a moment in one of the first rows.
fn place_of_time(
    path: &Path,
    records: &Records<'_>,
    layout: &Layout,
    options: &ImportOptions,
) -> Result<TimeColumns, ImportError> {
    let is_moment = |text: &str| match options.time_unit {
        Some(_) => unix::is_number(text),
        None => TimeFormat::any_reads(text),
    };
    let places = &layout.columns.times;
    for record in records.iter().take(SAMPLE) {
        let Ok(cells) = record.cells() else { continue };
        let holds_moment =
            |place: &&TimeColumns| place.text(&cells).is_some_and(|text| is_moment(&text));
        if let Some(place) = places.iter().find(holds_moment) {
            return Ok(*place);
        }
    }
    // A column without a name counts rows, if it does not hold times.
    let named = |place: &&TimeColumns| !layout.names[place.first()].is_empty();
    let pair = places.iter().find(|place| matches!(place, TimeColumns::Two(..)));
    pair.or_else(|| places.first().filter(named)).copied().ok_or_else(|| layout.without_time(path))
}
