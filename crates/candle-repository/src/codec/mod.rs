//! Candles as rows of the table and of its answers.

mod candles;
mod newest;
mod rows;
mod series;
mod series_names;
mod stored;

pub(crate) use newest::newest;
pub(crate) use rows::{Rows, to_batch};
pub(crate) use series::{series, series_of_all};
pub(crate) use series_names::SeriesNames;
pub(crate) use stored::{latest_stored, stored};
