//! The rows of a file, by series.

use market_model::{Candle, Interval, SymbolName, Timestamp};

use super::dates::moment::Clock;
use super::entangled::Entangled;
use super::places::Places;

/// What is known of a candle beside its values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// The byte of the text that its record begins with.
    pub(crate) start: usize,
    /// How many seconds its clock is ahead of UTC.
    pub(crate) ahead: i32,
    pub(crate) clock: Clock,
    /// Whether its time is a date without a time of day.
    pub(crate) is_date: bool,
    /// Whether there is anything in the column for the volume.
    pub(crate) has_volume: bool,
    /// Whether its numbers can be those of a candle.
    pub(crate) is_possible: bool,
}

/// The rows of one series, in the order of the file.
#[derive(Debug)]
pub(crate) struct SeriesRows {
    pub(crate) name: SymbolName,
    /// The interval, if a column says it.
    pub(crate) interval: Option<Interval>,
    /// Its candles as they are written.
    pub(crate) candles: Vec<Candle>,
    /// One for each candle.
    pub(crate) rows: Vec<Row>,
}

/// There is one for each row of a file.
const _: () = assert!(size_of::<Row>() <= 16);

impl Row {
    /// What the clock of its time shows at `time`, in milliseconds since 1970.
    pub(crate) fn local(&self, time: Timestamp) -> i64 {
        time.as_millis() + i64::from(self.ahead) * 1000
    }
}

impl SeriesRows {
    pub(crate) const fn new(name: SymbolName, interval: Option<Interval>) -> Self {
        Self { name, interval, candles: Vec::new(), rows: Vec::new() }
    }

    /// The candles with their rows.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Candle, &Row)> {
        self.candles.iter().zip(&self.rows)
    }

    /// The same, without those whose numbers cannot be those of a candle.
    pub(crate) fn possible(&self) -> impl Iterator<Item = (&Candle, &Row)> {
        self.iter().filter(|(_, row)| row.is_possible)
    }
}

/// A row that is no candle.
#[derive(Debug)]
pub(crate) struct BadRow {
    /// The byte of the text that its record begins with.
    pub(crate) start: usize,
    pub(crate) error: RowError,
}

/// Why a row is bad, and the column if one is to blame.
#[derive(Debug)]
pub(crate) struct RowError {
    pub(crate) column: Option<String>,
    pub(crate) reason: String,
}

/// The rows of a file, or of a piece of it.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// By series, in the order in which they were named.
    pub(crate) series: Vec<SeriesRows>,
    pub(crate) places: Places,
    pub(crate) bad: Vec<BadRow>,
    /// How many there are, bad ones too.
    pub(crate) count: usize,
    /// The byte that the last of them begins with.
    pub(crate) last: usize,
    /// The byte behind all that was read.
    pub(crate) end: usize,
}

impl Rows {
    /// Adds rows that come later in the file.
    ///
    /// # Errors
    /// They name symbols with and these without a leading colon, or the other way round.
    pub(crate) fn append(&mut self, later: Self) -> Result<(), Entangled> {
        let Self { mut series, places, mut bad, count, last, end } = later;
        let names = series.iter().map(|series| (series.name.clone(), series.interval));
        let add = |name, interval| self.series.push(SeriesRows::new(name, interval));
        let found = self.places.append(places, names, add)?;
        for (place, series) in found.into_iter().zip(&mut series) {
            self.series[place].candles.append(&mut series.candles);
            self.series[place].rows.append(&mut series.rows);
        }
        self.bad.append(&mut bad);
        self.count += count;
        if count > 0 {
            self.last = last;
        }
        self.end = end;
        Ok(())
    }
}
