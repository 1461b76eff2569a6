//! From the bytes of a fuzzer to a file and what the caller says about it.

use candle_files::{DecimalMark, ImportOptions, TimeUnit};

/// A file and what the caller says about it.
#[derive(Debug)]
pub struct Input<'a> {
    /// The file's name.
    pub name: &'static str,
    /// What the caller says.
    pub options: ImportOptions,
    /// What the file holds.
    pub bytes: &'a [u8],
}

impl<'a> Input<'a> {
    /// The first byte of `data` chooses the options, the rest is the file.
    #[must_use]
    pub fn of(data: &'a [u8]) -> Self {
        let (choice, bytes) = data.split_first().unwrap_or((&0, &[]));
        let has = |bit: u8| choice & (1 << bit) != 0;
        let options = ImportOptions {
            skip_bad: has(0),
            symbol: has(1).then(|| "X:ABC".to_owned()),
            interval: has(2).then(|| if has(3) { "1d" } else { "1m" }.parse().unwrap()),
            time_unit: has(4).then_some(match has(5) {
                true => TimeUnit::Milliseconds,
                false => TimeUnit::Seconds,
            }),
            decimal_mark: has(6).then_some(match has(7) {
                true => DecimalMark::Comma,
                false => DecimalMark::Point,
            }),
            ..ImportOptions::default()
        };
        Self { name: "BTCUSDT-1m-2024-01.csv", options, bytes }
    }
}
