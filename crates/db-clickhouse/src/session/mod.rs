//! The state from an opening of the manager to its closing.

mod endpoints;
mod permits;
mod single_flight;
mod state;
mod table_cache;

pub(crate) use permits::HeldPermit;
pub(crate) use state::Session;
pub(crate) use table_cache::KnownTable;
