//! An instrument.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::asset_class::AssetClass;
use crate::symbol_name::{SymbolName, qualified};
use crate::symbol_status::SymbolStatus;

/// An instrument, named by its exchange and its name there.
///
/// Shown as `NASDAQ:AAPL`, or `AAPL` where no exchange is stated. A value of this type is sound:
/// `SymbolBuilder::build` checked it.
///
/// ```
/// use market_model::{AssetClass, Symbol};
/// let apple = Symbol::builder("NASDAQ", "AAPL", AssetClass::Equity).build().unwrap();
/// assert_eq!(apple.to_string(), "NASDAQ:AAPL");
/// assert!(Symbol::builder("NASDAQ", "", AssetClass::Equity).build().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Symbol {
    pub(crate) exchange: String,
    pub(crate) name: String,
    pub(crate) asset_class: AssetClass,
    pub(crate) status: SymbolStatus,
    pub(crate) base: Option<String>,
    pub(crate) quote: Option<String>,
    pub(crate) tick_size: Option<Decimal>,
    pub(crate) lot_size: Option<Decimal>,
    pub(crate) listed: Option<NaiveDate>,
    pub(crate) delisted: Option<NaiveDate>,
}

impl Symbol {
    /// The same instrument under another exchange and name.
    #[must_use]
    pub fn renamed(self, name: &SymbolName) -> Self {
        Self { exchange: name.exchange().to_owned(), name: name.symbol().to_owned(), ..self }
    }

    /// The exchange, empty where none is stated.
    #[must_use]
    pub fn exchange(&self) -> &str {
        &self.exchange
    }

    /// The name on its exchange.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kind of instrument.
    #[must_use]
    pub const fn asset_class(&self) -> AssetClass {
        self.asset_class
    }

    /// Whether it is traded.
    #[must_use]
    pub const fn status(&self) -> SymbolStatus {
        self.status
    }

    /// What is traded: of `BTCUSDT`, `BTC`.
    #[must_use]
    pub fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// The currency of its prices: of `BTCUSDT`, `USDT`.
    #[must_use]
    pub fn quote(&self) -> Option<&str> {
        self.quote.as_deref()
    }

    /// The smallest step of a price, in units of the quote.
    #[must_use]
    pub const fn tick_size(&self) -> Option<Decimal> {
        self.tick_size
    }

    /// The smallest step of an amount, in units of the base.
    #[must_use]
    pub const fn lot_size(&self) -> Option<Decimal> {
        self.lot_size
    }

    /// The first day of trading.
    #[must_use]
    pub const fn listed(&self) -> Option<NaiveDate> {
        self.listed
    }

    /// The day on which it was delisted.
    #[must_use]
    pub const fn delisted(&self) -> Option<NaiveDate> {
        self.delisted
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&qualified(&self.exchange, &self.name))
    }
}
