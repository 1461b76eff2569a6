//! Whole files, from bytes to candles or reasons.

mod archives;
mod bad_rows;
mod clocks;
mod date_orders;
mod file_errors;
mod formats;
mod leading_colons;
mod packed;
mod round_trip;
mod stamps;
mod uncertain_numbers;
mod uncertain_times;
mod windows;

use std::path::Path;

use market_model::{Candle, Interval};

use super::error::ImportError;
use super::file::CandleFile;
use super::options::ImportOptions;

/// Options that say everything a plain file may leave open.
fn told() -> ImportOptions {
    ImportOptions {
        symbol: Some("AAPL".into()),
        interval: Some(Interval::DAY),
        ..ImportOptions::default()
    }
}

fn parse_as(name: &str, text: &str, options: &ImportOptions) -> Result<CandleFile, ImportError> {
    CandleFile::parse(Path::new(name), text.as_bytes(), options)
}

fn parse(text: &str, options: &ImportOptions) -> Result<CandleFile, ImportError> {
    parse_as("prices.csv", text, options)
}

/// The candles of a file with one series.
fn candles(text: &str, options: &ImportOptions) -> Vec<Candle> {
    let mut file = parse(text, options).unwrap_or_else(|error| panic!("{text}\n{error}"));
    assert_eq!(file.series.len(), 1, "{text}");
    file.series.remove(0).into_parts().1
}

fn candle(open_time: &str, [open, high, low, close, volume]: [f64; 5]) -> Candle {
    Candle { open_time: open_time.parse().unwrap(), open, high, low, close, volume }
}
