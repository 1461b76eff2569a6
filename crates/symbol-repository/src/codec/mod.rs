//! Symbols as rows of the table.

mod decode;
mod encode;

pub(crate) use decode::{decode, highest_revision};
pub(crate) use encode::encode;

#[cfg(test)]
mod tests;
