use db_port::DbError;

/// The result of an operation on symbols.
pub type Result<T, E = SymbolError> = std::result::Result<T, E>;

/// What went wrong with symbols.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SymbolError {
    /// A symbol that cannot exist; nothing was sent.
    #[error("invalid symbol {symbol:?}: {}: {}", flaw.field, flaw.reason)]
    InvalidSymbol {
        /// Exchange and name.
        symbol: String,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// A row of the table that this version cannot understand.
    #[error(
        "the stored symbol {symbol:?} cannot be read: {}: {}; mend or delete its row in the \
         table symbols",
        flaw.field, flaw.reason
    )]
    Unreadable {
        /// Exchange and name.
        symbol: String,
        /// What is wrong with it.
        flaw: Flaw,
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
    /// Two different values for one symbol in one batch; nothing of it was stored.
    #[error("two different values for symbol {symbol} in one batch: keep one")]
    Conflict {
        /// Exchange and name.
        symbol: String,
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

impl SymbolError {
    pub(crate) fn database(doing: &'static str) -> impl FnOnce(DbError) -> Self {
        move |source| Self::Database { doing, source }
    }
}

/// What is wrong with a symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The field, as it is called in [`Symbol`](crate::Symbol).
    pub field: &'static str,
    /// What is wrong, with the values.
    pub reason: String,
}

impl Flaw {
    pub(crate) fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self { field, reason: reason.into() }
    }
}
