//! From the name of a symbol to the stored series that is meant.

use std::collections::BTreeSet;

use candle_repository::{Interval, SeriesFilter, SeriesKey, SymbolName};

use crate::args::SelectionArgs;
use crate::error::CliError;
use crate::series_suggestions::{intervals, not_in_interval, unknown};
use crate::store::Store;

/// What to say of a question about all series when there is none.
pub(crate) const NO_SERIES: &str =
    "no such candles are stored; `candlehouse import FILE` stores some";

/// The stored series that a person means by `NASDAQ:AAPL` or `AAPL`, and an interval if given.
pub(crate) async fn series(
    store: &Store,
    name: &str,
    interval: Option<Interval>,
) -> Result<SeriesKey, CliError> {
    choose(&candidates(store, name).await?, name, interval)
}

/// Every stored series of the symbols, each once, or of all symbols if none is named.
pub(crate) async fn several(
    store: &Store,
    selection: &SelectionArgs,
) -> Result<Vec<SeriesKey>, CliError> {
    if let Some(filter) = all(selection) {
        return Ok(store.candles.find_series(&filter).await?);
    }
    let mut keys = BTreeSet::new();
    for name in &selection.symbols {
        keys.extend(candidates(store, name).await?);
    }
    let keys: Vec<_> = keys.into_iter().collect();
    choose_several(&keys, &selection.symbols, selection.interval)
}

/// What all the selected series match, if no symbol is named.
pub(crate) fn all(selection: &SelectionArgs) -> Option<SeriesFilter> {
    let filter = SeriesFilter { interval: selection.interval, ..SeriesFilter::default() };
    selection.symbols.is_empty().then_some(filter)
}

/// The stored series of the symbol of `name`; where none is meant, all there are, of which some may
/// be suggested.
async fn candidates(store: &Store, name: &str) -> Result<Vec<SeriesKey>, CliError> {
    let symbol = Some(SymbolName::parse(name)?.symbol().to_owned());
    let filter = SeriesFilter { symbol, ..SeriesFilter::default() };
    let keys = store.candles.find_series(&filter).await?;
    match meant(&keys, name)?.is_empty() {
        true => Ok(store.candles.keys().await?),
        false => Ok(keys),
    }
}

fn choose_several(
    keys: &[SeriesKey],
    names: &[String],
    interval: Option<Interval>,
) -> Result<Vec<SeriesKey>, CliError> {
    let wanted = |key: &&SeriesKey| interval.is_none_or(|interval| key.interval() == interval);
    if names.is_empty() {
        return Ok(keys.iter().filter(wanted).cloned().collect());
    }
    let mut chosen = Vec::new();
    for name in names {
        let found = of_symbol(keys, name)?;
        let mut fitting = found.iter().filter(wanted).peekable();
        if fitting.peek().is_none() {
            return Err(not_in_interval(name, interval, &found));
        }
        for key in fitting {
            if !chosen.contains(key) {
                chosen.push(key.clone());
            }
        }
    }
    Ok(chosen)
}

/// The stored series to make candles of `into` from: that of `interval`, or the longest that adds
/// up to them.
pub(crate) async fn source(
    store: &Store,
    name: &str,
    interval: Option<Interval>,
    into: Interval,
) -> Result<SeriesKey, CliError> {
    let keys = candidates(store, name).await?;
    let found = of_symbol(&keys, name)?;
    if interval.is_some() {
        return choose(&keys, name, interval);
    }
    let fitting = found.iter().filter(|key| key.interval().divides(into));
    fitting.max_by_key(|key| key.interval()).cloned().ok_or_else(|| {
        CliError::usage(format!(
            "{name} is stored in {}, and candles of that do not add up to candles of {into}",
            intervals(&found, ", ")
        ))
    })
}

fn choose(
    keys: &[SeriesKey],
    name: &str,
    interval: Option<Interval>,
) -> Result<SeriesKey, CliError> {
    let found = of_symbol(keys, name)?;
    match (interval, found.as_slice()) {
        (None, [only]) => Ok(only.clone()),
        (None, several) => Err(CliError::usage(format!(
            "{name} is stored in several intervals: choose one with --interval {}",
            intervals(several, " or --interval ")
        ))),
        (Some(interval), found) => found
            .iter()
            .find(|key| key.interval() == interval)
            .cloned()
            .ok_or_else(|| not_in_interval(name, Some(interval), found)),
    }
}

/// The series that `name` can mean; `:AAPL` is the one without an exchange.
fn meant(keys: &[SeriesKey], name: &str) -> Result<Vec<SeriesKey>, CliError> {
    let wanted = SymbolName::parse(name)?;
    let any_exchange = wanted.exchange().is_empty() && !name.starts_with(':');
    let same_symbol = keys.iter().filter(|key| key.symbol() == wanted.symbol());
    let meant = same_symbol.filter(|key| any_exchange || key.exchange() == wanted.exchange());
    Ok(meant.cloned().collect())
}

/// The series of the one symbol that `name` means.
fn of_symbol(keys: &[SeriesKey], name: &str) -> Result<Vec<SeriesKey>, CliError> {
    let found = meant(keys, name)?;
    let mut names: Vec<_> =
        found.iter().map(|key| format!("{}:{}", key.exchange(), key.symbol())).collect();
    names.dedup();
    match names.as_slice() {
        [] => Err(unknown(keys, name)),
        [_] => Ok(found),
        several => Err(CliError::usage(format!(
            "{name} is stored for several exchanges: say which, {}",
            several.join(" or ")
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Vec<SeriesKey> {
        let key = |name, interval: &str| SeriesKey::parse(name, interval.parse().unwrap()).unwrap();
        vec![
            key("BINANCE:BTCUSDT", "1h"),
            key("BINANCE:BTCUSDT", "1d"),
            key("LSE:ABC", "1d"),
            key("NASDAQ:AAPL", "1d"),
            key("NYSE:ABC", "1d"),
        ]
    }

    fn chosen(name: &str, interval: Option<&str>) -> Result<String, String> {
        choose(&keys(), name, interval.map(|i| i.parse().unwrap()))
            .map(|key| key.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_bare_name_is_enough_when_it_is_the_only_one() {
        assert_eq!(chosen("AAPL", None).unwrap(), "NASDAQ:AAPL 1d");
        assert_eq!(chosen("NASDAQ:AAPL", Some("1d")).unwrap(), "NASDAQ:AAPL 1d");
        assert_eq!(chosen("BTCUSDT", Some("1h")).unwrap(), "BINANCE:BTCUSDT 1h");
    }

    #[test]
    fn a_symbol_named_twice_counts_once() {
        let chosen = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            let chosen = choose_several(&keys(), &names, None).unwrap();
            chosen.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            chosen(&["NASDAQ:AAPL", "BTCUSDT", "AAPL"]),
            ["NASDAQ:AAPL 1d", "BINANCE:BTCUSDT 1h", "BINANCE:BTCUSDT 1d"]
        );
        assert_eq!(chosen(&[]).len(), keys().len());
    }

    #[test]
    fn what_is_ambiguous_names_the_choices() {
        let error = chosen("BTCUSDT", None).unwrap_err();
        assert!(error.contains("--interval 1h or --interval 1d"), "{error}");
        let error = chosen("ABC", None).unwrap_err();
        assert!(error.contains("LSE:ABC or NYSE:ABC"), "{error}");
        let bare = SeriesKey::parse("ABC", Interval::DAY).unwrap();
        let keys: Vec<_> = [bare.clone()].into_iter().chain(keys()).collect();
        let error = choose(&keys, "ABC", None).unwrap_err().to_string();
        assert!(error.contains(":ABC or LSE:ABC or NYSE:ABC"), "{error}");
        assert_eq!(choose(&keys, ":ABC", None).unwrap(), bare);
    }

    #[test]
    fn what_is_unknown_names_what_is_near_or_there() {
        assert!(chosen("aapl", None).unwrap_err().contains("did you mean NASDAQ:AAPL?"));
        assert!(chosen("NYSE:AAPL", None).unwrap_err().contains("did you mean NASDAQ:AAPL?"));
        assert!(chosen("ZZZ", None).unwrap_err().contains("there are BINANCE:BTCUSDT, LSE:ABC"));
        assert!(chosen("AAPL", Some("1h")).unwrap_err().contains("only in 1d"));
        assert!(choose(&[], "A", None).unwrap_err().to_string().contains("import FILE"));
    }
}
