//! Files in: CSV of any publisher to sorted candles.

mod assembler;
mod column_aliases;
mod columns;
mod dates;
mod dedup;
mod dialect;
mod entangled;
pub(crate) mod error;
pub(crate) mod file;
mod file_names;
mod fixed_point;
mod headerless;
mod interval_codes;
mod layout;
mod line_index;
mod naming;
mod number;
pub(crate) mod options;
mod packed;
mod pieces;
mod places;
mod reader;
mod records;
pub(crate) mod reject;
pub(crate) mod rejects_file;
mod repeated_hours;
mod row_reader;
mod rows;
mod sniffer;
mod source;
mod spacing;
mod stamps;
#[cfg(test)]
mod tests;
pub(crate) mod timezone;
mod trading_dates;
mod warnings;
