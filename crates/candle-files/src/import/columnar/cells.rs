//! The values of a column as text.

use std::sync::Arc;

use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Int64Array, cast::AsArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_cast::{CastOptions, cast, cast_with_options};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use chrono_tz::Tz;

/// The values of a column as text; an absent one is empty.
pub(super) enum Cells<'a> {
    /// Numbers with the fewest digits that read back, dates, names.
    Plain(ArrayFormatter<'a>),
    /// Moments, on the clock of their column.
    Moments { counts: Int64Array, unit: TimeUnit, clock: Clock },
}

/// A clock that a column names.
pub(super) enum Clock {
    Zone(Tz),
    Offset(FixedOffset),
}

const OPTIONS: FormatOptions<'static> = FormatOptions::new();

/// The column with text in place of bytes, which is how some programs write text.
///
/// # Errors
/// It is not UTF-8.
pub(super) fn decoded(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match column.data_type() {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
            let strict = CastOptions { safe: false, ..CastOptions::default() };
            cast_with_options(column, &DataType::LargeUtf8, &strict)
        }
        _ => Ok(Arc::clone(column)),
    }
}

impl<'a> Cells<'a> {
    /// The cells of `column`.
    ///
    /// # Errors
    /// It names a clock that there is not.
    pub(super) fn of(column: &'a ArrayRef) -> Result<Self, ArrowError> {
        match column.data_type() {
            DataType::Timestamp(unit, Some(zone)) => {
                let counts = cast(column, &DataType::Int64)?.as_primitive::<Int64Type>().clone();
                Ok(Self::Moments { counts, unit: *unit, clock: Clock::named(zone)? })
            }
            _ => Ok(Self::Plain(ArrayFormatter::try_new(column.as_ref(), &OPTIONS)?)),
        }
    }

    /// Adds the value in `row` to `text`.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write(&self, row: usize, text: &mut String) -> Result<(), ArrowError> {
        match self {
            Self::Plain(formatter) => formatter.value(row).write(text),
            Self::Moments { counts, .. } if counts.is_null(row) => Ok(()),
            Self::Moments { counts, unit, clock } => {
                let count = counts.value(row);
                match moment(count, *unit) {
                    Some(moment) => text.push_str(&clock.show(moment)),
                    // No time that can be kept, which the reader of the rows says.
                    None => text.push_str(&count.to_string()),
                }
                Ok(())
            }
        }
    }
}

fn moment(count: i64, unit: TimeUnit) -> Option<DateTime<Utc>> {
    match unit {
        TimeUnit::Second => DateTime::from_timestamp(count, 0),
        TimeUnit::Millisecond => DateTime::from_timestamp_millis(count),
        TimeUnit::Microsecond => DateTime::from_timestamp_micros(count),
        TimeUnit::Nanosecond => Some(DateTime::from_timestamp_nanos(count)),
    }
}

impl Clock {
    fn named(name: &str) -> Result<Self, ArrowError> {
        if let Ok(zone) = name.parse() {
            return Ok(Self::Zone(zone));
        }
        name.parse()
            .map(Self::Offset)
            .map_err(|_| ArrowError::ParseError(format!("there is no time zone {name:?}")))
    }

    fn show(&self, moment: DateTime<Utc>) -> String {
        const DIGITS: SecondsFormat = SecondsFormat::AutoSi;
        match self {
            Self::Zone(zone) => moment.with_timezone(zone).to_rfc3339_opts(DIGITS, true),
            Self::Offset(offset) => moment.with_timezone(offset).to_rfc3339_opts(DIGITS, true),
        }
    }
}
