//! Kinds of instruments.

use std::fmt;
use std::str::FromStr;

use crate::error::{ModelError, Result};

/// The kind of an instrument, read and shown in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AssetClass {
    /// A share of a company.
    Equity,
    /// A fund traded on an exchange.
    Etf,
    /// A pair with a crypto currency.
    Crypto,
    /// A pair of currencies.
    Forex,
    /// A futures contract.
    Future,
    /// An option.
    Option,
    /// An index, which is not traded itself.
    Index,
    /// A commodity for immediate delivery.
    Commodity,
    /// A bond.
    Bond,
    /// Anything else.
    Other,
}

impl AssetClass {
    /// Every asset class.
    pub const ALL: [Self; 10] = [
        Self::Equity,
        Self::Etf,
        Self::Crypto,
        Self::Forex,
        Self::Future,
        Self::Option,
        Self::Index,
        Self::Commodity,
        Self::Bond,
        Self::Other,
    ];

    /// The word it is stored under, such as `equity`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equity => "equity",
            Self::Etf => "etf",
            Self::Crypto => "crypto",
            Self::Forex => "forex",
            Self::Future => "future",
            Self::Option => "option",
            Self::Index => "index",
            Self::Commodity => "commodity",
            Self::Bond => "bond",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for AssetClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for AssetClass {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == text).ok_or_else(|| {
            ModelError::UnknownWord {
                what: "asset class",
                text: text.to_owned(),
                known: Self::ALL.map(Self::as_str).join(", "),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_class_reads_as_it_prints() {
        for class in AssetClass::ALL {
            assert_eq!(class.to_string().parse::<AssetClass>().unwrap(), class);
        }
    }

    #[test]
    fn an_unknown_asset_class_is_named_with_the_known_ones() {
        let error = "Equity".parse::<AssetClass>().unwrap_err().to_string();
        assert!(
            error.contains("asset class \"Equity\"") && error.contains("equity, etf"),
            "{error}"
        );
    }
}
