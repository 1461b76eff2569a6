//! What went wrong with candles, and what was being done.

use db_port::DbError;
use market_model::{Interval, ModelError, SeriesKey, SymbolName, Timestamp};

/// The result of an operation on candles.
pub type Result<T, E = CandleError> = std::result::Result<T, E>;

/// What went wrong with candles.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CandleError {
    /// A candle, name, time or range that cannot be; nothing of its batch was stored.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Candles of one interval do not add up to candles of another.
    #[error("candles of {from} do not add up to whole candles of {to}")]
    NotDivisible {
        /// The stored interval.
        from: Interval,
        /// The interval asked for.
        to: Interval,
    },
    /// A candle of a longer interval would open before the first time that can be kept.
    #[error(
        "the candle of {interval} that opens at {open_time} cannot be named, since times begin in \
         1900: begin the range at {first}"
    )]
    OpensTooEarly {
        /// The interval asked for.
        interval: Interval,
        /// When it would open.
        open_time: Timestamp,
        /// When the next one opens.
        first: Timestamp,
    },
    /// A symbol cannot get the name of another one that has other candles.
    #[error(
        "{from} cannot become {to}, which has other candles: {different} with other values than \
         those of {from}, and {other} for which {from} has none; delete those, or choose another name"
    )]
    Conflict {
        /// The symbol that was to be renamed.
        from: SymbolName,
        /// The name that it was to get.
        to: SymbolName,
        /// How many candles both have, with different values.
        different: u64,
        /// How many candles only `to` has.
        other: u64,
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
