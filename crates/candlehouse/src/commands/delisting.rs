//! Candles of symbols that were delisted before.

use std::path::Path;

use candle_files::CandleFile;
use candle_repository::{Candle, SortedCandles};

use super::stored_series::typed;
use super::symbol_registry::SymbolRegistry;
use crate::error::CliError;

/// How many series are listed.
const LISTED: usize = 10;

/// Refuses a file with candles that open on a day (UTC) after that on which their symbol was delisted:
/// they are likely those of another instrument, which has the name now.
pub(super) fn refuse_after_delisting(
    path: &Path,
    file: &CandleFile,
    registry: &SymbolRegistry,
) -> Result<(), CliError> {
    let mut late: Vec<_> =
        file.series.iter().filter_map(|series| after_delisting(series, registry)).collect();
    let all = late.len();
    if all == 0 {
        return Ok(());
    }
    late.truncate(LISTED);
    if all > LISTED {
        late.push(format!("the same of {} more series", all - LISTED));
    }
    Err(CliError::refused(format!(
        "{} has candles of symbols that were delisted before: store them with --after-delisting, or \
         under another name; `candlehouse symbols add SYMBOL --status active` lists a symbol again\n{}",
        path.display(),
        late.join("\n")
    )))
}

/// What a series has after the day of the delisting.
fn after_delisting(series: &SortedCandles, registry: &SymbolRegistry) -> Option<String> {
    let name = series.key().symbol_name();
    let day = registry.get(name)?.delisted()?;
    let is_late = |candle: &&Candle| candle.open_time.to_datetime().date_naive() > day;
    let first = series.as_slice().iter().find(is_late)?;
    let count = series.as_slice().iter().filter(is_late).count();
    Some(format!(
        "{} {}: {count} from {} on, delisted on {day}",
        typed(name),
        series.key().interval(),
        first.open_time
    ))
}
