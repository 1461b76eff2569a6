//! Which symbols a person can mean by a name.

use candle_repository::{ModelError, SymbolName};

/// What is meant by `NASDAQ:AAPL`, by `AAPL` on whatever exchange, or by `:AAPL` without one.
pub(crate) struct WantedSymbol {
    name: SymbolName,
    on_any_exchange: bool,
}

impl WantedSymbol {
    /// Reads what a person types.
    ///
    /// # Errors
    /// It cannot be a name.
    pub(crate) fn parse(text: &str) -> Result<Self, ModelError> {
        let name = SymbolName::parse(text)?;
        let on_any_exchange = name.exchange().is_empty() && !text.starts_with(':');
        Ok(Self { name, on_any_exchange })
    }

    /// The name as it is typed; without an exchange where none is stated.
    pub(crate) const fn name(&self) -> &SymbolName {
        &self.name
    }

    /// Whether an exchange, or with a leading colon the lack of one, is stated.
    pub(crate) const fn states_exchange(&self) -> bool {
        !self.on_any_exchange
    }

    /// Whether `symbol` on `exchange` can be meant.
    pub(crate) fn can_be(&self, exchange: &str, symbol: &str) -> bool {
        self.name.symbol() == symbol && (self.on_any_exchange || self.name.exchange() == exchange)
    }
}
