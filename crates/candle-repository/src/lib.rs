#![doc = include_str!("../README.md")]

mod calendar;
mod candle;
mod codec;
mod coverage;
mod error;
mod interval;
mod range;
mod repository;
mod schema;
mod series;
mod series_key;
mod timestamp;

pub use calendar::Calendar;
pub use candle::{Candle, Flaw};
pub use coverage::{Coverage, Gap};
pub use error::{CandleError, Result};
pub use interval::Interval;
pub use range::TimeRange;
pub use repository::{CandleRepository, SeriesInfo, Storage, UpsertReport};
pub use series::CandleSeries;
pub use series_key::SeriesKey;
pub use timestamp::Timestamp;
