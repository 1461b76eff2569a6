//! One file for each command.

mod calendars;
mod candle_parts;
pub(crate) mod candles;
pub(crate) mod chart;
pub(crate) mod coverage;
mod demo;
pub(crate) mod dispatch;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod import;
mod init;
pub(crate) mod latest;
mod placement;
mod portions;
pub(crate) mod resample;
mod serve;
mod symbol_registry;
pub(crate) mod symbols;
