//! Making and changing symbols.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::asset_class::AssetClass;
use crate::error::{ModelError, Result};
use crate::symbol::Symbol;
use crate::symbol_rules::violation;
use crate::symbol_status::SymbolStatus;

/// A [`Symbol`] in the making. Setting a field to `None` empties it.
#[derive(Debug, Clone)]
pub struct SymbolBuilder(Symbol);

impl Symbol {
    /// Begins an active symbol of which nothing else is known; an empty exchange means that none
    /// is stated.
    #[must_use]
    pub fn builder(
        exchange: impl Into<String>,
        name: impl Into<String>,
        asset_class: AssetClass,
    ) -> SymbolBuilder {
        SymbolBuilder::new(exchange.into(), name.into(), asset_class)
    }

    /// Begins a changed version of this symbol.
    #[must_use]
    pub fn to_builder(&self) -> SymbolBuilder {
        SymbolBuilder::from(self.clone())
    }
}

impl SymbolBuilder {
    const fn new(exchange: String, name: String, asset_class: AssetClass) -> Self {
        Self(Symbol {
            exchange,
            name,
            asset_class,
            status: SymbolStatus::Active,
            base: None,
            quote: None,
            tick_size: None,
            lot_size: None,
            listed: None,
            delisted: None,
        })
    }

    /// The kind of instrument.
    #[must_use]
    pub const fn asset_class(mut self, asset_class: AssetClass) -> Self {
        self.0.asset_class = asset_class;
        self
    }

    /// Whether it is traded.
    #[must_use]
    pub const fn status(mut self, status: SymbolStatus) -> Self {
        self.0.status = status;
        self
    }

    /// What is traded, such as `BTC`.
    #[must_use]
    pub fn base<'a>(mut self, base: impl Into<Option<&'a str>>) -> Self {
        self.0.base = base.into().map(str::to_owned);
        self
    }

    /// The currency of its prices, such as `USDT`.
    #[must_use]
    pub fn quote<'a>(mut self, quote: impl Into<Option<&'a str>>) -> Self {
        self.0.quote = quote.into().map(str::to_owned);
        self
    }

    /// The smallest step of a price, in units of the quote; trailing zeros do not count.
    #[must_use]
    pub fn tick_size(mut self, tick_size: impl Into<Option<Decimal>>) -> Self {
        self.0.tick_size = tick_size.into().map(|size| size.normalize());
        self
    }

    /// The smallest step of an amount, in units of the base; trailing zeros do not count.
    #[must_use]
    pub fn lot_size(mut self, lot_size: impl Into<Option<Decimal>>) -> Self {
        self.0.lot_size = lot_size.into().map(|size| size.normalize());
        self
    }

    /// The first day of trading.
    #[must_use]
    pub fn listed(mut self, listed: impl Into<Option<NaiveDate>>) -> Self {
        self.0.listed = listed.into();
        self
    }

    /// The day on which it was delisted; the status must then be [`SymbolStatus::Delisted`].
    #[must_use]
    pub fn delisted(mut self, delisted: impl Into<Option<NaiveDate>>) -> Self {
        self.0.delisted = delisted.into();
        self
    }

    /// The symbol.
    ///
    /// # Errors
    /// [`ModelError::InvalidSymbol`] with the first [`Violation`](crate::violation::Violation):
    /// - an exchange with other characters than ASCII letters, digits, `.`, `-` and `_`, or longer
    ///   than 64;
    /// - a name, base or quote that is empty, longer than 64 bytes, or has white space, but for
    ///   spaces inside of a name, or control characters;
    /// - a tick or lot size that is not above zero, has more than 18 fractional digits or more
    ///   than 20 before the point;
    /// - a date outside the years 1900 to 2299, or a delisting before the listing;
    /// - a delisting date of a symbol whose status is not [`SymbolStatus::Delisted`]. A delisting
    ///   that is only announced has no place here; a delisted symbol without a date has.
    pub fn build(self) -> Result<Symbol> {
        match violation(&self.0) {
            None => Ok(self.0),
            Some(violation) => {
                Err(ModelError::InvalidSymbol { symbol: self.0.to_string(), violation })
            }
        }
    }
}

impl From<Symbol> for SymbolBuilder {
    fn from(symbol: Symbol) -> Self {
        Self(symbol)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol_name::SymbolName;

    fn apple() -> SymbolBuilder {
        Symbol::builder("NASDAQ", "AAPL", AssetClass::Equity)
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn size(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn everything_stated_is_kept_and_can_be_changed() {
        let symbol = apple()
            .status(SymbolStatus::Delisted)
            .base("AAPL")
            .quote("USD")
            .tick_size(size("0.010"))
            .lot_size(size("1"))
            .listed(day("1980-12-12"))
            .delisted(day("2299-12-31"))
            .build()
            .unwrap();
        assert_eq!((symbol.exchange(), symbol.name()), ("NASDAQ", "AAPL"));
        assert_eq!(symbol.to_string(), "NASDAQ:AAPL");
        assert_eq!(symbol.status(), SymbolStatus::Delisted);
        assert_eq!((symbol.base(), symbol.quote()), (Some("AAPL"), Some("USD")));
        assert_eq!(symbol.tick_size().unwrap().to_string(), "0.01");
        assert_eq!(symbol.lot_size(), Some(size("1")));
        assert_eq!(symbol.listed(), Some(day("1980-12-12")));
        assert_eq!(symbol.delisted(), Some(day("2299-12-31")));
        let changed = symbol.to_builder().base(None).asset_class(AssetClass::Etf).build().unwrap();
        assert_eq!((changed.base(), changed.asset_class()), (None, AssetClass::Etf));
        assert_eq!(changed.listed(), symbol.listed());
    }

    #[test]
    fn a_renamed_symbol_keeps_everything_but_its_name() {
        let symbol = apple().quote("USD").listed(day("1980-12-12")).build().unwrap();
        let renamed = symbol.clone().renamed(&SymbolName::parse("XETRA:APC").unwrap());
        assert_eq!(renamed.to_string(), "XETRA:APC");
        assert_eq!(renamed.renamed(&SymbolName::parse("NASDAQ:AAPL").unwrap()), symbol);
    }

    #[test]
    fn a_delisted_symbol_needs_no_date() {
        assert!(apple().status(SymbolStatus::Delisted).build().is_ok());
    }

    #[test]
    fn a_symbol_may_be_listed_and_delisted_on_one_day() {
        let day = day("2024-01-01");
        let symbol = apple().status(SymbolStatus::Delisted).listed(day).delisted(day).build();
        assert_eq!(symbol.unwrap().delisted(), Some(day));
    }

    #[test]
    fn each_violation_names_the_symbol_and_its_field() {
        let delisted = || apple().status(SymbolStatus::Delisted);
        for (builder, field, reason) in [
            (Symbol::builder("N Y", "A", AssetClass::Bond), "exchange", "ASCII letters"),
            (Symbol::builder("", "A\tB", AssetClass::Bond), "name", "no white space"),
            (apple().base(""), "base", "1 to 64 bytes"),
            (apple().quote("U D"), "quote", "\"U D\""),
            (apple().tick_size(size("0")), "tick_size", "above zero"),
            (apple().lot_size(size("-1")), "lot_size", "-1 is not above zero"),
            (apple().tick_size(size("0.0000000000000000001")), "tick_size", "18 fractional"),
            (apple().listed(day("1899-12-31")), "listed", "1900 to 2299"),
            (delisted().delisted(day("2300-01-01")), "delisted", "1900 to 2299"),
            (
                delisted().listed(day("2024-01-02")).delisted(day("2024-01-01")),
                "delisted",
                "2024-01-01 is before the listing on 2024-01-02",
            ),
            (apple().delisted(day("2024-01-01")), "delisted", "the status is active"),
            (
                apple().status(SymbolStatus::Halted).delisted(day("2024-01-01")),
                "delisted",
                "the status is halted",
            ),
        ] {
            let symbol = builder.0.to_string();
            let error = builder.build().unwrap_err();
            assert!(error.to_string().contains(&format!("{symbol:?}")), "{error}");
            let ModelError::InvalidSymbol { violation, .. } = error else { panic!("{error}") };
            assert_eq!(violation.field, field);
            assert!(violation.reason.contains(reason), "{}", violation.reason);
        }
    }
}
