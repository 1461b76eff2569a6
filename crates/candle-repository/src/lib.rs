#![doc = include_str!("../README.md")]

mod candle;
mod error;
mod interval;
mod range;
mod series_key;
mod timestamp;

pub use candle::{Candle, Flaw};
pub use error::{CandleError, Result};
pub use interval::Interval;
pub use range::TimeRange;
pub use series_key::SeriesKey;
pub use timestamp::Timestamp;
