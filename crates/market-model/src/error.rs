//! What went wrong with values of the model.

use crate::timestamp::Timestamp;
use crate::violation::Violation;

/// The result of making a value of the model.
pub type Result<T, E = ModelError> = std::result::Result<T, E>;

/// Why there is no such value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A candle that cannot exist.
    #[error("invalid candle of {open_time}: {violation}")]
    InvalidCandle {
        /// Which candle.
        open_time: Timestamp,
        /// What is wrong with it.
        violation: Violation,
    },
    /// Two different candles for one open time of one series.
    #[error("two different candles for {open_time} in one batch: keep one")]
    Conflict {
        /// The open time both have.
        open_time: Timestamp,
    },
    /// Columns of a series whose open times do not rise.
    #[error(
        "the candles of {series} are not in order, each once: open time {next} comes after {previous}"
    )]
    NotInOrder {
        /// The series.
        series: String,
        /// An open time.
        previous: Timestamp,
        /// The one behind it.
        next: Timestamp,
    },
    /// Columns that do not make a series.
    #[error("the columns of {series} are not those of candles: {reason}")]
    InvalidColumns {
        /// The series.
        series: String,
        /// What is wrong with them.
        reason: String,
    },
    /// A symbol that cannot exist.
    #[error("invalid symbol {symbol:?}: {violation}")]
    InvalidSymbol {
        /// Exchange and name.
        symbol: String,
        /// What is wrong with it.
        violation: Violation,
    },
    /// An exchange or symbol that cannot be one.
    #[error("invalid name {name:?}: {reason}")]
    InvalidName {
        /// `exchange` or `symbol`.
        field: &'static str,
        /// The name.
        name: String,
        /// What would be right.
        reason: &'static str,
    },
    /// Text that names no interval.
    #[error(
        "unknown interval {text:?}: write a number and a unit, such as 1m, 5m, 1h, 4h, 1d, 1w or \
         1M (a month); the number must divide the next larger unit"
    )]
    UnknownInterval {
        /// The text.
        text: String,
    },
    /// Text that is no word of a fixed list.
    #[error("unknown {what} {text:?}: write one of {known}")]
    UnknownWord {
        /// What the list is of, such as `asset class`.
        what: &'static str,
        /// The text.
        text: String,
        /// The list.
        known: String,
    },
    /// A time that cannot be read or kept.
    #[error("invalid time {text:?}: {reason}")]
    InvalidTime {
        /// The text.
        text: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A range whose end is not after its start.
    #[error("the range ends at {end}, which is not after its start {start}")]
    EmptyRange {
        /// The start.
        start: Timestamp,
        /// The end.
        end: Timestamp,
    },
}
