//! Files out: candles as CSV, Parquet or Arrow.

mod csv_rows;
pub(crate) mod destination;
mod encoder;
pub(crate) mod error;
pub(crate) mod format;
mod schema;
#[cfg(test)]
mod tests;
pub(crate) mod writer;
