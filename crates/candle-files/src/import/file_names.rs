//! What the names of files say that publishers give them.

use std::path::Path;

use market_model::Interval;

use super::options::ImportOptions;
use super::timezone::Timezone;

/// What HistData says of the clock of its files: Eastern Standard Time without summer time.
const HISTDATA_CLOCK: &str = "EST";

/// The symbol in the name that a publisher gives a file, such as `BTCUSDT-1m-2024-01.csv`,
/// `BTCUSDT-1d-2024-01-31.csv` or `DAT_ASCII_EURUSD_M1_201202.csv`.
#[must_use]
pub fn published_symbol(path: &Path) -> Option<&str> {
    let stem = path.file_stem()?.to_str()?;
    kline_symbol(stem).or_else(|| histdata_symbol(stem))
}

/// The options, with the clock that the name of the file says, and a note about it, if they name none.
pub(crate) fn with_clock(path: &Path, options: &ImportOptions) -> (ImportOptions, Option<String>) {
    let clock = clock_of(path).filter(|_| options.timezone.is_none());
    let note = clock.map(|clock| format!("times are on the clock {clock}, as the file name says"));
    (ImportOptions { timezone: options.timezone.or(clock), ..options.clone() }, note)
}

fn clock_of(path: &Path) -> Option<Timezone> {
    histdata_symbol(path.file_stem()?.to_str()?)?;
    HISTDATA_CLOCK.parse().ok()
}

fn kline_symbol(stem: &str) -> Option<&str> {
    let parts: Vec<&str> = stem.split('-').collect();
    let [symbol, interval, date @ ..] = parts.as_slice() else { return None };
    let is_interval = *interval == "1mo" || interval.parse::<Interval>().is_ok();
    let is_number = |part: &&str, length| part.len() == length && part.parse::<u16>().is_ok();
    let is_date = match date {
        [year, month] => is_number(year, 4) && is_number(month, 2),
        [year, month, day] => is_number(year, 4) && is_number(month, 2) && is_number(day, 2),
        _ => false,
    };
    (is_symbol(symbol) && is_interval && is_date).then_some(*symbol)
}

fn histdata_symbol(stem: &str) -> Option<&str> {
    let parts: Vec<&str> = stem.split('_').collect();
    let ["DAT", "ASCII" | "MT" | "XLSX", symbol, "M1", date] = parts.as_slice() else {
        return None;
    };
    let is_date = matches!(date.len(), 4 | 6) && date.bytes().all(|byte| byte.is_ascii_digit());
    (is_symbol(symbol) && is_date).then_some(*symbol)
}

fn is_symbol(symbol: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    !symbol.is_empty() && symbol.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(published_symbol(Path::new(name)), symbol, "{name}");
        }
    }

    #[test]
    fn the_file_names_of_histdata_tell_symbol_and_clock() {
        for (name, symbol) in [
            ("DAT_ASCII_EURUSD_M1_201202.csv", Some("EURUSD")),
            ("DAT_MT_SPXUSD_M1_2023.csv", Some("SPXUSD")),
            ("DAT_ASCII_EURUSD_T_201202.csv", None),
            ("DAT_ASCII_EURUSD_M1.csv", None),
        ] {
            assert_eq!(published_symbol(Path::new(name)), symbol, "{name}");
            assert_eq!(clock_of(Path::new(name)).is_some(), symbol.is_some(), "{name}");
        }
        assert_eq!(clock_of(Path::new("BTCUSDT-1m-2024-01.csv")), None);
    }
}
