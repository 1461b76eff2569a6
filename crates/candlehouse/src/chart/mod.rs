//! Candlestick charts as text.
//!
//! One candle is one to three columns wide; rows have two halves, so that a wick or body may end
//! in the middle of a row. The body of a rising candle is a heavy line, that of a falling one a
//! block, with or without colour.

mod drawing;
mod error;
mod glyph;
mod heading;
mod layout;
mod line;
mod number;
mod options;
mod scale;
mod time_axis;
mod volume;

pub(crate) use drawing::draw;
pub(crate) use error::ChartError;
pub(crate) use options::{Charset, ChartOptions};

#[cfg(test)]
mod tests;
