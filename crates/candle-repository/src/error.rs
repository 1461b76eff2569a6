use db_port::DbError;

use crate::{Flaw, SeriesKey, Timestamp};

/// The result of an operation on candles.
pub type Result<T, E = CandleError> = std::result::Result<T, E>;

/// What went wrong with candles.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CandleError {
    /// A candle that cannot exist; nothing of its batch was stored.
    #[error("invalid candle of {open_time}: {}: {}", flaw.field, flaw.reason)]
    InvalidCandle {
        /// Which candle.
        open_time: Timestamp,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// Two different candles for one open time in one batch; nothing of it was stored.
    #[error("two different candles for {open_time} in one batch: keep one")]
    Conflict {
        /// The open time both have.
        open_time: Timestamp,
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
    /// Candles of one interval do not add up to candles of another.
    #[error("candles of {from} do not add up to whole candles of {to}")]
    NotDivisible {
        /// The stored interval.
        from: crate::Interval,
        /// The interval asked for.
        to: crate::Interval,
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
    /// An exchange or symbol that cannot be one.
    #[error("invalid name {name:?}: {reason}")]
    InvalidName {
        /// The name.
        name: String,
        /// What would be right.
        reason: &'static str,
    },
    /// A stored candle has the highest revision there is, so that no later value could win.
    #[error("a stored candle of {key} has the highest possible revision: delete it first")]
    LastRevision {
        /// The series.
        key: SeriesKey,
    },
    /// The database failed.
    #[error("the candle store failed while {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// The failure.
        source: DbError,
    },
}

/// Says what was being done when the database failed.
pub(crate) trait StoreContext<T> {
    fn while_doing(self, doing: &'static str) -> Result<T>;
}

impl<T> StoreContext<T> for db_port::Result<T> {
    fn while_doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|source| CandleError::Database { doing, source })
    }
}
