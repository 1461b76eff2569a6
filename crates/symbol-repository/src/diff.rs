use std::collections::{BTreeMap, HashMap};

use crate::{Result, Symbol, SymbolError};

/// What an upsert did with the symbols it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UpsertReport {
    /// Symbols that were not stored before.
    pub inserted: usize,
    /// Symbols that were stored with another value.
    pub changed: usize,
    /// Symbols that were stored with the same value; nothing was written for them.
    pub unchanged: usize,
}

/// The symbols of one batch by exchange and name; one that is there twice counts once.
pub(crate) type Wanted<'a> = BTreeMap<(&'a str, &'a str), &'a Symbol>;

pub(crate) fn wanted(symbols: &[Symbol]) -> Result<Wanted<'_>> {
    let mut wanted = Wanted::new();
    for symbol in symbols {
        if wanted.insert(symbol.key(), symbol).is_some_and(|other| other != symbol) {
            return Err(SymbolError::Conflict { symbol: symbol.to_string() });
        }
    }
    Ok(wanted)
}

/// The symbols to write so that `wanted` is stored where `stored` is, in order.
pub(crate) fn difference<'a>(
    wanted: Wanted<'a>,
    stored: &[Symbol],
) -> (UpsertReport, Vec<&'a Symbol>) {
    let stored: HashMap<_, _> = stored.iter().map(|symbol| (symbol.key(), symbol)).collect();
    let mut report = UpsertReport::default();
    let mut to_write = Vec::new();
    for (key, symbol) in wanted {
        match stored.get(&key) {
            Some(&same) if same == symbol => {
                report.unchanged += 1;
                continue;
            }
            Some(_) => report.changed += 1,
            None => report.inserted += 1,
        }
        to_write.push(symbol);
    }
    (report, to_write)
}
