//! Symbols and intervals out of the names of files.

use std::path::Path;
use std::str::FromStr;

use candle_repository::Interval;
use regex::Regex;

/// Such as `{symbol}-{interval}-*.csv`: `*` stands for any text.
#[derive(Debug, Clone)]
pub(crate) struct NamePattern {
    regex: Regex,
    has_extension: bool,
    takes_any_name: bool,
}

/// What the name of a file tells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FoundName {
    /// With the exchange before it, where the pattern has one.
    pub(crate) symbol: String,
    pub(crate) interval: Option<Interval>,
}

/// Endings of packed files.
pub(crate) const PACKED: [&str; 3] = [".gz", ".zst", ".zip"];

/// The name that a file had before it was packed.
pub(crate) fn unpacked(name: &str) -> &str {
    PACKED.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

impl NamePattern {
    /// Whether the whole name is the symbol, whatever it is.
    pub(crate) const fn takes_any_name(&self) -> bool {
        self.takes_any_name
    }

    /// What the name of `file` tells, if it is as the pattern says. Endings of packed files do not
    /// count, and the other one only where the pattern has one.
    pub(crate) fn find(&self, file: &Path) -> Option<FoundName> {
        let name = unpacked(file.file_name()?.to_str()?);
        let name = match (self.has_extension, name.rsplit_once('.')) {
            (false, Some((stem, _))) if !stem.is_empty() => stem,
            _ => name,
        };
        let found = self.regex.captures(name)?;
        let symbol = found.name("symbol")?.as_str();
        let symbol = match found.name("exchange") {
            Some(exchange) => format!("{}:{symbol}", exchange.as_str()),
            None => symbol.to_owned(),
        };
        let interval = match found.name("interval") {
            Some(interval) => Some(interval.as_str().parse().ok()?),
            None => None,
        };
        Some(FoundName { symbol, interval })
    }
}

impl FromStr for NamePattern {
    type Err = String;

    fn from_str(pattern: &str) -> Result<Self, String> {
        let mut regex = String::from("^");
        let mut seen = Vec::new();
        let mut rest = pattern;
        while let Some(place) = rest.find(['{', '*']) {
            regex.push_str(&regex::escape(&rest[..place]));
            rest = &rest[place..];
            if let Some(behind) = rest.strip_prefix('*') {
                regex.push_str(".*");
                rest = behind;
                continue;
            }
            let (name, behind) =
                rest[1..].split_once('}').ok_or("a { has no } behind it".to_owned())?;
            match name {
                "symbol" | "exchange" | "interval" if !seen.contains(&name) => seen.push(name),
                "symbol" | "exchange" | "interval" => {
                    return Err(format!("{{{name}}} is there twice"));
                }
                _ => {
                    return Err(format!(
                        "there are {{symbol}}, {{exchange}}, {{interval}} and *, no {{{name}}}"
                    ));
                }
            }
            regex.push_str(&format!("(?<{name}>.+?)"));
            rest = behind;
        }
        if !seen.contains(&"symbol") {
            return Err("it has no {symbol}".into());
        }
        regex.push_str(&regex::escape(rest));
        regex.push('$');
        let regex = Regex::new(&regex).map_err(|error| error.to_string())?;
        let takes_any_name = pattern == "{symbol}";
        Ok(Self { regex, has_extension: pattern.contains('.'), takes_any_name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, file: &str) -> Option<(String, Option<String>)> {
        let found = pattern.parse::<NamePattern>().unwrap().find(Path::new(file))?;
        Some((found.symbol, found.interval.map(|interval| interval.to_string())))
    }

    #[test]
    fn a_name_tells_what_stands_in_the_places_of_the_pattern() {
        for (pattern, file, symbol, interval) in [
            ("{symbol}", "data/AAPL.csv", "AAPL", None),
            ("{symbol}", "BRK.B.csv.gz", "BRK.B", None),
            ("{symbol}", "AAPL", "AAPL", None),
            ("{symbol}", ".hidden", ".hidden", None),
            ("{symbol}-{interval}-*.csv", "BTCUSDT-1m-2024-01.csv", "BTCUSDT", Some("1m")),
            ("{symbol}-{interval}-*.csv", "BTCUSDT-1M-2024-01.csv.zst", "BTCUSDT", Some("1M")),
            ("{exchange}_{symbol}_*", "NASDAQ_AAPL_2024.txt", "NASDAQ:AAPL", None),
            ("*_{symbol}", "bars_2024_AAPL.csv", "AAPL", None),
        ] {
            let expected = Some((symbol.to_owned(), interval.map(str::to_owned)));
            assert_eq!(found(pattern, file), expected, "{pattern} {file}");
        }
        for (pattern, file) in [
            ("{symbol}-{interval}-*.csv", "AAPL.csv"),
            ("{symbol}-{interval}-*.csv", "AAPL-often-2024.csv"),
            ("{symbol}.csv", "AAPL.txt"),
        ] {
            assert_eq!(found(pattern, file), None, "{pattern} {file}");
        }
    }

    #[test]
    fn a_pattern_that_cannot_be_meant_says_why() {
        for (pattern, reason) in [
            ("*.csv", "no {symbol}"),
            ("{symbol", "no }"),
            ("{ticker}", "no {ticker}"),
            ("{symbol}{symbol}", "twice"),
        ] {
            let error = pattern.parse::<NamePattern>().unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
