//! What only the whole file tells: how it writes times and numbers.

use std::borrow::Cow;
use std::path::Path;

use candle_repository::Interval;

use super::ImportError;
use super::calendar::DayOrder;
use super::columns::TimeColumns;
use super::klines::Lengths;
use super::layout::Layout;
use super::number::{DecimalMark, MarkSurvey};
use super::time_format::{FormatSurvey, TimeFormat};

/// How one file writes its values.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) time: TimeColumns,
    pub(super) format: TimeFormat,
    pub(super) mark: DecimalMark,
    /// The interval that open and close times state.
    pub(super) stated_interval: Option<Interval>,
    /// The order of day and month, where the file had to tell.
    pub(super) day_order: Option<DayOrder>,
}

/// How many rows may be bad before one shows where the time stands.
const SAMPLE: usize = 10;

impl Survey {
    /// Looks at every row.
    pub(super) fn of(path: &Path, text: &[u8], layout: &Layout) -> Result<Self, ImportError> {
        let time = place_of_time(path, text, layout)?;
        let (mut format, mut mark) = (FormatSurvey::default(), MarkSurvey::default());
        let mut lengths = Lengths::default();
        let columns = &layout.columns;
        let prices = [columns.open, columns.high, columns.low, columns.close];
        let mut records = layout.records(text);
        while let Some(record) = records.advance() {
            let Ok(cells) = record.cells() else { continue };
            let Some(moment) = time.text(&cells) else { continue };
            format.look(&moment);
            prices.iter().filter_map(|price| cells.get(*price)).for_each(|price| mark.look(price));
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
        // Between commas a decimal comma cannot be told from a delimiter.
        let mark = if layout.delimiter == b',' { DecimalMark::Point } else { mark.finish() };
        Ok(Self { time, format, mark, stated_interval, day_order })
    }
}

impl TimeColumns {
    /// The time of a row, as one text.
    pub(super) fn text<'a>(self, cells: &[&'a str]) -> Option<Cow<'a, str>> {
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
fn place_of_time(path: &Path, text: &[u8], layout: &Layout) -> Result<TimeColumns, ImportError> {
    let places = &layout.columns.times;
    let mut records = layout.records(text);
    let mut found = None;
    for _ in 0..SAMPLE {
        let Some(record) = records.advance() else { break };
        let Ok(cells) = record.cells() else { continue };
        let holds_moment =
            |place: &&TimeColumns| place.text(&cells).is_some_and(|t| TimeFormat::any_reads(&t));
        found = places.iter().find(holds_moment).copied();
        if let Some(place) = found {
            let unnamed = layout.names[place.first()].is_empty();
            let counted_rows = place.text(&cells).is_some_and(|t| t.len() < "20130301".len());
            if unnamed && counted_rows {
                return Err(layout.without_time(path));
            }
            break;
        }
    }
    match found.or(places.first().copied()) {
        Some(place) => Ok(place),
        None => Err(layout.without_time(path)),
    }
}
