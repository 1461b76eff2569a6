//! Candles made up for these tests.

use candle_repository::{Candle, Interval, SeriesKey, Timestamp};

pub(crate) fn key() -> SeriesKey {
    SeriesKey::parse("NASDAQ:AAPL", Interval::DAY).unwrap()
}

/// `count` daily candles from `first` on, each of another price.
pub(crate) fn daily(first: &str, count: usize) -> Vec<Candle> {
    let first: Timestamp = first.parse().unwrap();
    std::iter::successors(Some(first), |&open| Some(Interval::DAY.next_open(open)))
        .zip(1_u32..)
        .take(count)
        .map(|(open_time, n)| candle(open_time, f64::from(n)))
        .collect()
}

pub(crate) fn candle(open_time: Timestamp, close: f64) -> Candle {
    Candle { open_time, open: close, high: close + 1.0, low: close - 1.0, close, volume: 10.0 }
}
