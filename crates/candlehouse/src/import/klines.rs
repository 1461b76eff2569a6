//! What Binance's kline files say besides their candles.

use std::collections::HashMap;
use std::path::Path;

use candle_repository::Interval;

use super::infer_interval::of_length;
use super::unix_time::Unit;

/// Counts how long klines are, from open and close times.
#[derive(Debug, Default)]
pub(super) struct Lengths(HashMap<i128, u64>);

impl Lengths {
    /// Looks at one kline; its close time is the last moment before the next one.
    pub(super) fn look(&mut self, open_time: &str, close_time: &str) {
        if let (Ok(open), Ok(close)) = (open_time.parse::<i128>(), close_time.parse::<i128>()) {
            *self.0.entry(close - open + 1).or_default() += 1;
        }
    }

    /// The interval of most klines: those around an outage can be shorter.
    pub(super) fn finish(self, unit: Unit) -> Option<Interval> {
        let (length, _) = self.0.into_iter().max_by_key(|&(length, count)| (count, length))?;
        of_length(unit.to_millis(length)?)
    }
}

/// The symbol in a file name such as `BTCUSDT-1m-2024-01.csv` or `BTCUSDT-1d-2024-01-31.csv`.
pub(super) fn symbol_of(path: &Path) -> Option<&str> {
    let parts: Vec<&str> = path.file_stem()?.to_str()?.split('-').collect();
    let [symbol, interval, date @ ..] = parts.as_slice() else { return None };
    let is_symbol = !symbol.is_empty()
        && symbol.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let is_interval = *interval == "1mo" || interval.parse::<Interval>().is_ok();
    let is_number = |part: &&str, length| part.len() == length && part.parse::<u16>().is_ok();
    let is_date = match date {
        [year, month] => is_number(year, 4) && is_number(month, 2),
        [year, month, day] => is_number(year, 4) && is_number(month, 2) && is_number(day, 2),
        _ => false,
    };
    (is_symbol && is_interval && is_date).then_some(*symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_klines_tell_the_interval() {
        let mut lengths = Lengths::default();
        lengths.look("1704067200000000", "1704067259999999");
        lengths.look("1704067260000000", "1704067290999999");
        lengths.look("1704067320000000", "1704067379999999");
        assert_eq!(lengths.finish(Unit::Microseconds), Some(Interval::MINUTE));
    }

    #[test]
    fn a_kline_of_a_month_has_its_number_of_days() {
        let mut lengths = Lengths::default();
        lengths.look("1706745600000", "1709251199999");
        assert_eq!(lengths.finish(Unit::Milliseconds), Some(Interval::MONTH));
    }

    #[test]
    fn only_the_file_names_of_the_archive_have_a_symbol() {
        for (name, symbol) in [
            ("/data/BTCUSDT-1m-2024-01.csv", Some("BTCUSDT")),
            ("1000PEPEUSDT-1mo-2024-01.csv", Some("1000PEPEUSDT")),
            ("BTCUSD_PERP-4h-2024-01-31.csv", Some("BTCUSD_PERP")),
            ("BTCUSDT-1m.csv", None),
            ("BTCUSDT-7m-2024-01.csv", None),
            ("prices-1m-2024-01.csv", None),
            ("prices.csv", None),
        ] {
            assert_eq!(symbol_of(Path::new(name)), symbol, "{name}");
        }
    }
}
