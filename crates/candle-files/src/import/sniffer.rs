//! What only the whole file tells: how it writes times and numbers.

use std::borrow::Cow;
use std::path::Path;

use market_model::Interval;

use super::columns::TimeColumns;
use super::dates::date::DayOrder;
use super::dates::format::{FormatSniffer, TimeFormat};
use super::error::ImportError;
use super::headerless::Lengths;
use super::layout::Layout;
use super::number::{DecimalMark, MarkSniffer};
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
    ) -> Result<Self, ImportError> {
        let time = place_of_time(path, records, layout)?;
        let (mut format, mut mark) = (FormatSniffer::default(), MarkSniffer::default());
        let mut lengths = Lengths::default();
        let columns = &layout.columns;
        // Between commas a decimal comma cannot be told from a delimiter.
        let mark_is_known = layout.delimiter == b',';
        let prices = [columns.open, columns.high, columns.low, columns.close];
        for record in records.iter() {
            let Ok(cells) = record.cells() else { continue };
            let Some(moment) = time.text(&cells) else { continue };
            format.look(&moment);
            if !mark_is_known {
                let prices = prices.iter().filter_map(|price| cells.get(*price));
                prices.for_each(|price| mark.look(price));
            }
            if let Some(close) = columns.close_time.and_then(|column| cells.get(column)) {
                lengths.look(&moment, close);
            }
        }
        let day_order = format.order();
        let format = format
            .finish()
            .map_err(|example| ImportError::AmbiguousDates { path: path.to_owned(), example })?;
        let stated_interval = match format {
            TimeFormat::Unix(unit) => lengths.finish(unit),
            TimeFormat::Text(_) => None,
        };
        Ok(Self { time, format, mark: mark.finish(), stated_interval, day_order })
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
) -> Result<TimeColumns, ImportError> {
    let places = &layout.columns.times;
    for record in records.iter().take(SAMPLE) {
        let Ok(cells) = record.cells() else { continue };
        let moment_at = |place: &TimeColumns| {
            let text = place.text(&cells).filter(|text| TimeFormat::any_reads(text))?;
            Some((*place, text.len()))
        };
        if let Some((place, length)) = places.iter().find_map(moment_at) {
            let unnamed = layout.names[place.first()].is_empty();
            let counts_rows = length < "20130301".len();
            return match unnamed && counts_rows {
                true => Err(layout.without_time(path)),
                false => Ok(place),
            };
        }
    }
    places.first().copied().ok_or_else(|| layout.without_time(path))
}
