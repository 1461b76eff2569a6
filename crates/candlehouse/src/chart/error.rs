//! Why there is no chart.

use candle_repository::ModelError;

/// The result of drawing a chart.
pub(crate) type Result<T, E = ChartError> = std::result::Result<T, E>;

/// Why there is no chart.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChartError {
    /// There is nothing to draw.
    #[error("there are no candles to draw")]
    NoCandles,
    /// A candle that cannot exist.
    #[error("a candle cannot be drawn")]
    InvalidCandle {
        /// Which, and what is wrong with it.
        #[from]
        source: ModelError,
    },
    /// The prices and their labels need more columns.
    #[error("a chart of these prices needs {smallest} columns, not {width}: widen it")]
    TooNarrow {
        /// The width asked for.
        width: usize,
        /// The smallest that will do.
        smallest: usize,
    },
    /// Heading, prices and axes need more rows.
    #[error("a chart needs {smallest} rows, not {height}: make it higher")]
    TooLow {
        /// The height asked for.
        height: usize,
        /// The smallest that will do.
        smallest: usize,
    },
    /// Prices whose difference is no number.
    #[error("prices from {low:e} to {high:e} are too far apart to draw")]
    TooFarApart {
        /// The lowest price.
        low: f64,
        /// The highest price.
        high: f64,
    },
}
