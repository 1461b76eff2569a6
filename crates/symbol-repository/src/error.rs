//! What went wrong with symbols, and what was being done.

use db_port::DbError;
use market_model::{ModelError, Violation};

/// The result of an operation on symbols.
pub type Result<T, E = SymbolError> = std::result::Result<T, E>;

/// What went wrong with symbols.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SymbolError {
    /// A symbol that cannot be; nothing was sent.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A row of the table that this version cannot understand.
    #[error(
        "the stored symbol {symbol:?} cannot be read: {violation}; mend or delete its row in the \
         table symbols"
    )]
    Unreadable {
        /// Exchange and name.
        symbol: String,
        /// What is wrong with it.
        violation: Violation,
    },
    /// Two different values for one symbol in one batch; nothing of it was stored.
    #[error("two different values for symbol {symbol} in one batch: keep one")]
    Conflict {
        /// Exchange and name.
        symbol: String,
    },
    /// A symbol cannot get the name of another one that is stored with other values.
    #[error("{from} cannot become {to}, which is stored with other values: delete one of the two")]
    Taken {
        /// Exchange and name of the symbol that was to be renamed.
        from: String,
        /// The exchange and name that it was to get.
        to: String,
    },
    /// The symbol is not stored.
    #[error("no symbol {symbol} is stored: search for its name, or store it first")]
    Unknown {
        /// Exchange and name.
        symbol: String,
    },
    /// A stored revision is the highest there is, so that no later value could win.
    #[error("a row near symbol {symbol} has the highest possible revision: delete that row")]
    LastRevision {
        /// Exchange and name of the first symbol that was to be written.
        symbol: String,
    },
    /// The database failed.
    #[error("the symbol store failed while {doing}")]
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
        self.map_err(|source| SymbolError::Database { doing, source })
    }
}
