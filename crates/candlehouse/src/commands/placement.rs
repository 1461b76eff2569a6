//! The symbols that the candles of a file go to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use candle_files::CandleFile;
use candle_repository::{ModelError, SeriesKey, SortedCandles, SymbolName};
use symbol_repository::{Symbol, SymbolStatus};

use super::symbol_registry::SymbolRegistry;
use crate::error::CliError;

/// How many names are listed with where they went.
const LISTED: usize = 10;

/// Series of a file that go to one key: their candles, and the names that the file has for them.
#[derive(Default)]
struct Placed {
    names: Vec<SymbolName>,
    parts: Vec<SortedCandles>,
}

/// Gives each series of `file` the symbol that is meant, and puts those together that are of one
/// symbol under two names, such as `AAPL` and `NASDAQ:AAPL`. A warning says for which names the
/// registry gave the exchange.
///
/// # Errors
/// Several symbols can be meant, or two names of one have different candles for one open time.
pub(super) fn place(
    path: &Path,
    file: &mut CandleFile,
    registry: &SymbolRegistry,
    exchange: Option<&str>,
) -> Result<(), CliError> {
    let mut by_key = BTreeMap::<SeriesKey, Placed>::new();
    let (mut moved, mut delisted) = (BTreeSet::new(), BTreeSet::new());
    for series in file.series.drain(..) {
        let name = series.key().symbol_name().clone();
        let symbol = match file.without_exchange.contains(&name) {
            true => name.clone(),
            false => registry.place(&name, exchange)?,
        };
        let series = series.renamed(symbol);
        let symbol = series.key().symbol_name();
        if exchange.is_none() && *symbol != name {
            match registry.get(symbol).and_then(day_of_delisting) {
                Some(day) => delisted.insert(format!("{name} is stored as {symbol}, {day}")),
                None => moved.insert(format!("{name} is stored as {symbol}")),
            };
        }
        let placed = by_key.entry(series.key().clone()).or_default();
        placed.names.push(name);
        placed.parts.push(series);
    }
    for (key, Placed { names, parts }) in by_key {
        let rows: usize = parts.iter().map(SortedCandles::len).sum();
        let series = match <[SortedCandles; 1]>::try_from(parts) {
            Ok([only]) => only,
            Err(parts) => merge(path, key, &names, &parts)?,
        };
        file.duplicates += (rows - series.len()) as u64;
        file.series.push(series);
    }
    let where_they_went = [
        (moved, "symbols are stored under the exchange of their registration"),
        (delisted, "symbols are stored under the exchange of which they are delisted"),
    ];
    for (lines, summary) in where_they_went {
        match lines.len() {
            0..=LISTED => file.warnings.extend(lines),
            many => file.warnings.push(format!("{many} {summary}")),
        }
    }
    Ok(())
}

/// Whoever names no exchange may mean another than one that has delisted the symbol.
fn day_of_delisting(symbol: &Symbol) -> Option<String> {
    match (symbol.status(), symbol.delisted()) {
        (SymbolStatus::Delisted, Some(day)) => Some(format!("which was delisted on {day}")),
        (SymbolStatus::Delisted, None) => Some("which is delisted".into()),
        _ => None,
    }
}

fn merge(
    path: &Path,
    key: SeriesKey,
    names: &[SymbolName],
    parts: &[SortedCandles],
) -> Result<SortedCandles, CliError> {
    let candles = parts.iter().flat_map(SortedCandles::as_slice).copied().collect();
    let symbol = key.symbol_name().clone();
    SortedCandles::new(key, candles).map_err(|error| match error {
        ModelError::Conflict { open_time } => {
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            CliError::refused(format!(
                "{} in {} are both {symbol}, with different candles for {open_time}: keep one of \
                 the two, or write the exchange of each",
                names.join(" and "),
                path.display()
            ))
        }
        other => other.into(),
    })
}
