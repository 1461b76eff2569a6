//! How prices and volumes are compressed.

use std::fmt;

/// How the table of candles compresses prices and volumes. Every value comes back bit by bit,
/// whichever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PriceCodec {
    /// ALP, made for decimals kept as floating-point numbers: the smallest, and by far the fastest
    /// to read. ClickHouse calls it experimental, and servers before it came do not know it.
    Alp,
    /// Differences, then ZSTD: what every supported server knows.
    Delta,
}

impl PriceCodec {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Alp, Self::Delta];

    /// The name: `alp` or `delta`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alp => "alp",
            Self::Delta => "delta",
        }
    }

    /// The codec of a column of prices or volumes, as the engine writes it.
    pub(crate) fn of(self, column: &str) -> &'static str {
        match (self, column) {
            (Self::Alp, _) => "ALP",
            (Self::Delta, "volume") => "ZSTD(1)",
            (Self::Delta, _) => "Delta(8), ZSTD(1)",
        }
    }
}

impl fmt::Display for PriceCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
