//! One file for each command.

mod calendars;
mod candle_parts;
pub(crate) mod candles;
pub(crate) mod chart;
pub(crate) mod codec;
pub(crate) mod coverage;
pub(crate) mod delete;
mod delisting;
mod demo;
pub(crate) mod dispatch;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod latest;
mod placement;
mod portions;
mod registered_symbol;
pub(crate) mod resample;
mod serve;
mod stored_series;
mod symbol_delete;
mod symbol_registry;
mod symbol_rename;
pub(crate) mod symbols;
