//! What a file holds.

use std::collections::{BTreeSet, HashSet};

use market_model::{SortedCandles, SymbolName};

use super::reject::Reject;

/// What a file holds.
#[derive(Debug)]
#[non_exhaustive]
pub struct CandleFile {
    /// Its candles, by series in the order in which the file first names them; never empty.
    pub series: Vec<SortedCandles>,
    /// The symbols that are written with a leading colon, such as `:AAPL`: they have no exchange.
    /// Of others without one, none is stated.
    pub without_exchange: BTreeSet<SymbolName>,
    /// The rows that were left out, by line.
    pub rejects: Vec<Reject>,
    /// How many rows of data it has.
    pub rows: u64,
    /// How many of them repeat another in every value, and were dropped.
    pub duplicates: u64,
    /// Where its columns stand, and what its times and numbers are, in words.
    pub read_as: String,
    /// What a person should know about how it was read.
    pub warnings: Vec<String>,
}

impl CandleFile {
    /// How many symbols it is about.
    #[must_use]
    pub fn symbols(&self) -> usize {
        let names = self.series.iter().map(|series| series.key().symbol_name());
        names.collect::<HashSet<_>>().len()
    }
}
