//! Which series to look at.

use market_model::{Interval, SymbolName};

/// Which series to look at: those that match every field that is set; without any, all.
///
/// ```
/// use candle_repository::{Interval, SeriesFilter};
/// let days_of_apple = SeriesFilter {
///     symbol: Some("AAPL".into()),
///     interval: Some(Interval::DAY),
///     ..SeriesFilter::default()
/// };
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeriesFilter {
    /// The exchange; `Some` of an empty text finds series for which none is stated.
    pub exchange: Option<String>,
    /// The whole symbol without its exchange, upper and lower case being different.
    pub symbol: Option<String>,
    /// The interval.
    pub interval: Option<Interval>,
}

/// Every series of one symbol.
impl From<&SymbolName> for SeriesFilter {
    fn from(name: &SymbolName) -> Self {
        Self {
            exchange: Some(name.exchange().to_owned()),
            symbol: Some(name.symbol().to_owned()),
            interval: None,
        }
    }
}
