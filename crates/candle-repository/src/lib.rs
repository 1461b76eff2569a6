#![doc = include_str!("../README.md")]

mod codec;
mod error;
mod filter;
mod price_codec;
mod repository;
mod schema;

pub use db_port::{DbError, QueryExecutor};
pub use error::{CandleError, Result};
pub use filter::SeriesFilter;
pub use futures_util::stream::BoxStream;
pub use market_model::{
    Calendar, Candle, CandleRun, CandleSeries, Coverage, Gap, Interval, IntoTimeRange, ModelError,
    SeriesKey, SortedCandles, SymbolName, TimeRange, Timestamp, UpsertReport, Violation,
};
pub use price_codec::PriceCodec;
pub use repository::{CandleRepository, RewriteLeft, SeriesInfo, TableStats};
