//! Dates and times as people and programs write them.

pub(super) mod clock_digits;
pub(super) mod common;
pub(super) mod date;
pub(super) mod format;
pub(super) mod moment;
mod time_of_day;
pub(super) mod unix;
