//! Pieces of a file that cannot be read apart.

/// What a later piece of the file means depends on an earlier one: they must be read as one.
#[derive(Debug)]
pub(crate) struct Entangled;
