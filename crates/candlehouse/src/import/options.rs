use candle_repository::Interval;

/// What the caller says about a file; the file itself says the rest.
#[derive(Debug, Clone, Default)]
pub(crate) struct ImportOptions {
    /// The symbol of every row, as `SYMBOL` or `EXCHANGE:SYMBOL`.
    pub(crate) symbol: Option<String>,
    /// The interval of every candle.
    pub(crate) interval: Option<Interval>,
    /// Whether bad rows are left out; otherwise one bad row refuses the file.
    pub(crate) skip_bad: bool,
}
