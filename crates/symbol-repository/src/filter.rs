//! Which symbols to find.

use market_model::{AssetClass, SymbolStatus};

/// Which symbols to find: those that match every field that is set; without any, all.
///
/// ```
/// use symbol_repository::{AssetClass, SymbolFilter, SymbolStatus};
/// let traded_coins = SymbolFilter {
///     asset_class: Some(AssetClass::Crypto),
///     status: Some(SymbolStatus::Active),
///     ..SymbolFilter::default()
/// };
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SymbolFilter {
    /// The exchange; `Some` of an empty text finds symbols for which none is stated.
    pub exchange: Option<String>,
    /// The kind of instrument.
    pub asset_class: Option<AssetClass>,
    /// Whether it is traded.
    pub status: Option<SymbolStatus>,
    /// The whole name without its exchange, upper and lower case being different.
    pub name: Option<String>,
}
