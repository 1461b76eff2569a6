//! What the caller says about a file.

use market_model::Interval;

/// What the caller says about a file; the file itself says the rest.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The symbol of every row, as `SYMBOL` or `EXCHANGE:SYMBOL`.
    pub symbol: Option<String>,
    /// The interval of every candle.
    pub interval: Option<Interval>,
    /// Whether bad rows are left out; otherwise one bad row refuses the file.
    pub skip_bad: bool,
}
