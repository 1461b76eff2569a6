//! What of a batch must be written.

use std::collections::{BTreeMap, HashMap};

use market_model::{Symbol, UpsertReport};

use crate::error::{Result, SymbolError};

/// The symbols of one batch by exchange and name; one that is there twice counts once.
pub(crate) type Wanted<'a> = BTreeMap<(&'a str, &'a str), &'a Symbol>;

pub(crate) fn wanted(symbols: &[Symbol]) -> Result<Wanted<'_>> {
    let mut wanted = Wanted::new();
    for symbol in symbols {
        if wanted.insert(key(symbol), symbol).is_some_and(|other| other != symbol) {
            return Err(SymbolError::Conflict { symbol: symbol.to_string() });
        }
    }
    Ok(wanted)
}

fn key(symbol: &Symbol) -> (&str, &str) {
    (symbol.exchange(), symbol.name())
}

/// The symbols to write so that `wanted` is stored where `stored` is, in order.
pub(crate) fn difference<'a>(
    wanted: Wanted<'a>,
    stored: &[Symbol],
) -> (UpsertReport, Vec<&'a Symbol>) {
    let stored: HashMap<_, _> = stored.iter().map(|symbol| (key(symbol), symbol)).collect();
    let mut report = UpsertReport::default();
    let mut to_write = Vec::new();
    for (name, symbol) in wanted {
        match stored.get(&name) {
            Some(&same) if same == symbol => {
                report.unchanged += 1;
                continue;
            }
            Some(_) => report.corrected += 1,
            None => report.inserted += 1,
        }
        to_write.push(symbol);
    }
    (report, to_write)
}
