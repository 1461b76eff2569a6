//! Values that the command line refuses before anything is opened.

use candle_repository::{CandleError, Interval, SeriesKey};

/// A symbol, as `AAPL` or `NASDAQ:AAPL`.
pub(crate) fn symbol(text: &str) -> Result<String, CandleError> {
    SeriesKey::parse(text, Interval::DAY).map(|_| text.to_owned())
}

/// An exchange, which may be empty.
pub(crate) fn exchange(text: &str) -> Result<String, CandleError> {
    SeriesKey::new(text, "ANY", Interval::DAY).map(|_| text.to_owned())
}
