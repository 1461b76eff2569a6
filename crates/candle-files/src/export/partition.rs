//! The folders of an export, named as Apache Hive names them.

use std::fmt::Write;
use std::path::PathBuf;

use market_model::SeriesKey;

/// What an export into a folder has a file of its own for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Partitioning {
    /// Each series: `exchange=NASDAQ/symbol=AAPL/interval=1d`.
    pub by_series: bool,
    /// Each year of open times, in UTC: `year=2024`.
    pub by_year: bool,
}

/// What Hive writes for a value that is empty or missing.
const EMPTY: &str = "__HIVE_DEFAULT_PARTITION__";

/// The names of the folders that begin with a column of the export.
pub(crate) const FOLDERS: [&str; 4] = ["exchange=", "symbol=", "interval=", "year="];

impl Partitioning {
    /// The folder of the candles of a series in a year.
    pub(crate) fn folder(self, key: &SeriesKey, year: i32) -> PathBuf {
        let mut folder = PathBuf::new();
        let [exchange, symbol, interval, of_year] = FOLDERS;
        if self.by_series {
            folder.push(format!("{exchange}{}", escaped(key.exchange())));
            folder.push(format!("{symbol}{}", escaped(key.symbol())));
            folder.push(format!("{interval}{}", key.interval()));
        }
        if self.by_year {
            folder.push(format!("{of_year}{year}"));
        }
        folder
    }
}

/// `value` as the name of a folder. Hive and Spark escape these characters and leave all others:
/// Spark would read the escaped bytes of `株` as three characters.
fn escaped(value: &str) -> String {
    if value.is_empty() {
        return EMPTY.to_owned();
    }
    let mut name = String::with_capacity(value.len());
    for c in value.chars() {
        if c.is_ascii_control() || "\"#%'*/:=?\\{[]^".contains(c) {
            // Writing to a string cannot fail.
            let _ = write!(name, "%{:02X}", u32::from(c));
        } else {
            name.push(c);
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use market_model::Interval;

    use super::*;

    #[test]
    fn folders_are_named_as_hive_names_them() {
        let both = Partitioning { by_series: true, by_year: true };
        for (name, folder) in [
            ("NASDAQ:AAPL", "exchange=NASDAQ/symbol=AAPL/interval=1M/year=2024"),
            (
                "BTC/USDT",
                "exchange=__HIVE_DEFAULT_PARTITION__/symbol=BTC%2FUSDT/interval=1M/year=2024",
            ),
            ("TSE:株式", "exchange=TSE/symbol=株式/interval=1M/year=2024"),
            ("X:50%=*?", "exchange=X/symbol=50%25%3D%2A%3F/interval=1M/year=2024"),
        ] {
            let key = SeriesKey::parse(name, Interval::MONTH).unwrap();
            assert_eq!(both.folder(&key, 2024), PathBuf::from(folder));
        }
        assert_eq!(escaped("BRK B"), "BRK B");
        let key = SeriesKey::parse("A", Interval::DAY).unwrap();
        let by_year = Partitioning { by_series: false, by_year: true };
        assert_eq!(by_year.folder(&key, 1969), PathBuf::from("year=1969"));
    }
}
