//! Files out: candles as CSV, Parquet or Arrow.

pub(crate) mod compression;
mod csv_rows;
pub(crate) mod destination;
mod encoder;
pub(crate) mod error;
pub(crate) mod folder;
mod folder_place;
pub(crate) mod format;
pub(crate) mod options;
mod packed;
pub(crate) mod partition;
mod schema;
#[cfg(test)]
mod tests;
pub(crate) mod writer;
