//! The same rows as a table for people, or as JSON or CSV for programs.

pub(crate) mod candles;
mod cell;
mod column;
mod csv;
mod encoder;
mod error;
mod form;
mod format;
mod json;
mod kept_rows;
mod print;
mod printer;
mod report;
mod stdout;
mod table;
mod text;
mod time;

pub(crate) use cell::Cell;
pub(crate) use column::Column;
pub(crate) use error::OutputError;
pub(crate) use form::Form;
pub(crate) use format::Format;
pub(crate) use printer::{Printer, print};
pub(crate) use report::Report;
pub(crate) use stdout::{terminal_width, to_stdout};
pub(crate) use text::printable;
pub(crate) use time::Precision;
