//! What only the whole file tells: how it writes times and numbers.

use std::ops::ControlFlow;
use std::path::Path;

use super::columns::TimeColumns;
use super::dates::clock_digits::ClockDigits;
use super::dates::date::DayOrder;
use super::dates::format::{FormatSniffer, TimeFormat};
use super::dates::unix;
use super::dialect::Dialect;
use super::entangled::Entangled;
use super::error::ImportError;
use super::headerless::Lengths;
use super::layout::Layout;
use super::number::MarkSniffer;
use super::options::{DecimalMark, ImportOptions};
use super::records::Records;

/// How many rows may be bad before one shows where the time stands.
const SAMPLE: usize = 10;

/// How many rows are looked at for a guess. So few in unit tests that later rows tell more.
const HEAD: usize = if cfg!(test) { 3 } else { 1000 };

/// Finds out how a file writes its values, from all its rows.
#[derive(Debug)]
pub(crate) struct Sniffer<'a> {
    options: &'a ImportOptions,
    layout: &'a Layout,
    /// The columns of prices and volume.
    numbers: Vec<usize>,
    time: TimeColumns,
    format: FormatSniffer,
    clocks: ClockDigits,
    mark: MarkSniffer,
    lengths: Lengths,
}

impl<'a> Sniffer<'a> {
    /// Looks at the first rows.
    ///
    /// # Errors
    /// [`ImportError::MissingColumns`] if there is no column for the time.
    pub(crate) fn of_head(
        path: &Path,
        records: &Records<'_>,
        layout: &'a Layout,
        options: &'a ImportOptions,
    ) -> Result<Self, ImportError> {
        let time = place_of_time(path, records, layout, options)?;
        let columns = &layout.columns;
        let prices = [columns.open, columns.high, columns.low, columns.close];
        let mut head = Self {
            options,
            layout,
            numbers: prices.into_iter().chain(columns.volume).collect(),
            time,
            format: FormatSniffer::default(),
            clocks: ClockDigits::default(),
            mark: MarkSniffer::default(),
            lengths: Lengths::default(),
        };
        let (mut seen, mut joined) = (0, String::new());
        records.visit(records.whole(), |record| {
            if let Ok(cells) = record.cells
                && let Some(moment) = time.text(cells, &mut joined)
            {
                head.look(cells, moment, false);
            }
            seen += 1;
            if seen < HEAD { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        Ok(head)
    }

    /// A sniffer for a piece of the file, after these first rows: it knows only whether the file
    /// counts or has dates, which the first time decides for all.
    pub(crate) fn for_piece(&self) -> Self {
        Self {
            numbers: self.numbers.clone(),
            format: self.format.decided(),
            clocks: ClockDigits::default(),
            mark: MarkSniffer::default(),
            lengths: Lengths::default(),
            ..*self
        }
    }

    /// How the file writes its values, if its other rows are like those seen.
    pub(crate) fn guess(&self) -> Dialect {
        Dialect {
            time: self.time,
            format: ordered(self.format.guess(self.options.time_unit), self.options),
            mark: self.options.decimal_mark.unwrap_or_else(|| self.mark.guess()),
            timezone: self.options.timezone,
            stated_interval: None,
            day_order: None,
        }
    }

    /// Looks at a row whose time is `moment`; `is_common` if that has a spelling that the guess
    /// reads and that can be read in one way.
    pub(crate) fn look(&mut self, cells: &[&str], moment: &str, is_common: bool) {
        if !(is_common && self.format.is_decided()) {
            self.format.look(moment);
        }
        if let TimeColumns::Two(_, clock) = self.time {
            cells.get(clock).into_iter().for_each(|clock| self.clocks.look(clock));
        }
        if self.options.decimal_mark.is_none() && !self.mark.is_certain() {
            let numbers = self.numbers.iter().filter_map(|column| cells.get(*column));
            numbers.for_each(|number| self.mark.look(number));
        }
        let close_time = self.layout.columns.close_time;
        if let Some(close) = close_time.and_then(|column| cells.get(column)) {
            self.lengths.look(moment, close);
        }
    }

    /// Adds what was seen in rows that come later in the file.
    pub(crate) fn append(&mut self, later: Self) -> Result<(), Entangled> {
        self.format.append(later.format)?;
        self.clocks.append(later.clocks);
        self.mark.append(later.mark);
        self.lengths.append(later.lengths);
        Ok(())
    }

    /// How the file writes its values.
    ///
    /// # Errors
    /// [`ImportError::AmbiguousDates`], [`ImportError::AmbiguousClock`],
    /// [`ImportError::AmbiguousNumbers`].
    pub(crate) fn finish(self, path: &Path) -> Result<Dialect, ImportError> {
        let Self { options, time, format, clocks, mark, lengths, .. } = self;
        let path = || path.to_owned();
        let day_order: Option<DayOrder> = format.order().filter(|_| options.date_order.is_none());
        let format = match options.time_unit {
            Some(unit) => TimeFormat::Given(unit),
            None if options.date_order.is_some() => ordered(format.guess(None), options),
            None => format
                .finish()
                .map_err(|example| ImportError::AmbiguousDates { path: path(), example })?,
        };
        clocks.finish().map_err(|example| ImportError::AmbiguousClock { path: path(), example })?;
        let stated_interval = match format {
            TimeFormat::Unix(unit) | TimeFormat::Given(unit) => lengths.finish(unit),
            TimeFormat::Text(_) | TimeFormat::Ordered(_) => None,
        };
        let mark: Result<DecimalMark, String> =
            options.decimal_mark.map_or_else(|| mark.finish(self.layout.delimiter), Ok);
        let mark =
            mark.map_err(|example| ImportError::AmbiguousNumbers { path: path(), example })?;
        let timezone = options.timezone;
        Ok(Dialect { time, format, mark, timezone, stated_interval, day_order })
    }
}

/// The format, in the order of the dates that the caller gave.
fn ordered(format: TimeFormat, options: &ImportOptions) -> TimeFormat {
    match (format, options.date_order) {
        (TimeFormat::Text(_), Some(order)) => TimeFormat::Ordered(order.into()),
        (format, _) => format,
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
        None => {
            let ordered = options.date_order.map(|order| TimeFormat::Ordered(order.into()));
            TimeFormat::any_reads(text) || ordered.is_some_and(|format| format.read(text).is_ok())
        }
    };
    let places = &layout.columns.times;
    let (mut found, mut seen, mut joined) = (None, 0, String::new());
    records.visit(records.whole(), |record| {
        if let Ok(cells) = record.cells {
            let mut holds_moment =
                |place: &&TimeColumns| place.text(cells, &mut joined).is_some_and(is_moment);
            found = places.iter().find(|place| holds_moment(place)).copied();
        }
        seen += 1;
        match found.is_none() && seen < SAMPLE {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    });
    if let Some(place) = found {
        return Ok(place);
    }
    // A column without a name counts rows, if it does not hold times.
    let named = |place: &&TimeColumns| !layout.names[place.first()].is_empty();
    let pair = places.iter().find(|place| matches!(place, TimeColumns::Two(..)));
    pair.or_else(|| places.first().filter(named)).copied().ok_or_else(|| layout.without_time(path))
}
