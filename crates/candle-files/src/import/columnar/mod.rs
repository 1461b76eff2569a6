//! Files of columns, Parquet and Arrow IPC, written out as text.
//!
//! One reader then understands all files: the same names of columns, the same rules and reasons.

mod cells;
mod frames;
pub(crate) mod kind;
mod limited;
mod names;
mod opened;
mod rows;
