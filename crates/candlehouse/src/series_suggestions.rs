//! What a person may have meant by a name that no stored series has.

use candle_repository::{Interval, SeriesKey};

use crate::error::CliError;

/// How many names a message lists.
const SHOWN: usize = 10;

/// That no stored series is that of `name`, with names of `keys` that may be meant.
pub(crate) fn unknown(keys: &[SeriesKey], name: &str) -> CliError {
    let mut names: Vec<_> = keys.iter().map(SeriesKey::name).collect();
    names.dedup();
    if names.is_empty() {
        return CliError::not_found(format!(
            "no candles of {name} are stored, nor of any other symbol: `candlehouse import FILE` \
             stores some"
        ));
    }
    let similar = |stored: &&String| {
        let (stored, name) = (stored.to_lowercase(), name.to_lowercase());
        stored.contains(&name) || stored.rsplit(':').next().is_some_and(|s| name.contains(s))
    };
    let close: Vec<_> = names.iter().filter(similar).take(SHOWN).cloned().collect();
    if !close.is_empty() {
        return CliError::not_found(format!(
            "no candles of {name} are stored; did you mean {}?",
            close.join(" or ")
        ));
    }
    let more = match names.len() > SHOWN {
        true => format!(" and {} more", names.len() - SHOWN),
        false => String::new(),
    };
    names.truncate(SHOWN);
    CliError::not_found(format!(
        "no candles of {name} are stored; there are {}{more}",
        names.join(", ")
    ))
}

/// That the symbol of `name` has other intervals.
pub(crate) fn not_in_interval(
    name: &str,
    interval: Option<Interval>,
    found: &[SeriesKey],
) -> CliError {
    let interval = interval.map(|interval| interval.to_string()).unwrap_or_default();
    CliError::not_found(format!(
        "{name} is not stored in {interval}, only in {}; `candlehouse resample` makes longer \
         candles of shorter ones",
        intervals(found, ", ")
    ))
}

/// The intervals of `keys`.
pub(crate) fn intervals(keys: &[SeriesKey], between: &str) -> String {
    let intervals: Vec<_> = keys.iter().map(|key| key.interval().to_string()).collect();
    intervals.join(between)
}
